import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("service_story_manager_new", {
    steps: () => [
        {
            content: "My new customers",
            trigger: ".o_data_row td:contains(Монтаж котла)",
            run: "click",
        },
        {
            content: "He is of a company",
            trigger: ".o_field_widget[name=partner_name] input",
            run: "edit ООО Новиков",
        },
        {
            trigger: ".o_field_widget[name=dispatcher_id] input",
            run: "edit Service Disp",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Service Dispatcher)",
            run: "click",
        },
        {
            content: "Contact and company in one press",
            trigger: "button[name=action_convert_new]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=partner_id] input:value(Борис Новиков)",
        },
        {
            content: "Nothing is missing: on to the dispatcher",
            trigger: ".o_form_view:not(:has(.o_service_missing)) button[name=action_pass_to_dispatch]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=waiting_for]:contains(Dispatcher)",
        },
    ],
});

registry.category("web_tour.tours").add("service_story_manager_approves", {
    steps: () => [
        {
            content: "What waits for my yes, with its price",
            trigger: ".o_data_row:contains(136.00) button[name=action_approve]",
            run: "click",
        },
        {
            content: "Nothing waits any more",
            trigger: ".o_view_nocontent, .o_data_row:not(:has(button[name=action_approve]))",
        },
    ],
});
