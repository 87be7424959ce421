import { registry } from "@web/core/registry";

/** The customer is on the line: dimensions are typed, the total is there at once. */
registry.category("web_tour.tours").add("service_calculator_tour", {
    steps: () => [
        {
            content: "The price waits for the answers",
            trigger: ".o_service_calculator:contains(Still to ask)",
        },
        { trigger: ".o_service_calculator [data-code=length]", run: "edit 5" },
        { trigger: ".o_service_calculator [data-code=width]", run: "edit 6" },
        {
            content: "A height that can not be is told at its question",
            trigger: ".o_service_calculator [data-code=height]",
            run: "edit 3000",
        },
        { trigger: ".o_service_question:contains(is not between 0 and 100)" },
        { trigger: ".o_service_calculator [data-code=height]", run: "edit 3" },
        {
            trigger: ".o_service_calculator [data-code=walls]",
            run: "selectByLabel Ровные",
        },
        {
            content: "Computed and told, nothing is saved yet",
            trigger: ".o_service_line:contains('2 × (5 m + 6 m) × 3 m = 66 m²')",
        },
        { trigger: ".o_service_total:contains('114,000.00'):contains('not saved')" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
        { trigger: "[name=service_amount_total]:contains('114,000.00')" },
        { trigger: ".o_service_total:contains('114,000.00'):not(:contains('not saved'))" },
    ],
});

/** A rule asks since today: the request of yesterday takes the answer at once. */
registry.category("web_tour.tours").add("service_calculator_new_question_tour", {
    steps: () => [
        {
            content: "The question can be answered though nobody priced the request anew",
            trigger: ".o_service_calculator [data-code=storey]:enabled",
            run: "edit 12",
        },
        { trigger: ".o_service_total:contains('1,100.00'):contains('not saved')" },
        {
            trigger: ".o_service_calculator [data-code=lift]:enabled",
            run: "selectByLabel Сломан",
        },
        { trigger: ".o_service_total:contains('1,155.00'):contains('not saved')" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
        { trigger: "[name=service_amount_total]:contains('1,155.00')" },
        { trigger: ".o_service_total:contains('1,155.00'):not(:contains('not saved'))" },
    ],
});
