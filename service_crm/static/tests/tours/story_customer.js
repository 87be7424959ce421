import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("service_story_customer_form", {
    steps: () => [
        {
            trigger: ".o_service_form #need",
            run: "edit Монтаж котла",
        },
        {
            trigger: ".o_service_form #place",
            run: "edit Тверь, Садовая 7",
        },
        {
            trigger: ".o_service_form #name",
            run: "edit Борис Новиков",
        },
        {
            content: "Neither phone nor mail: refused, with the reason at the field",
            trigger: ".o_service_form_send",
            run: "click",
        },
        {
            trigger: ".o_service_form [data-field=phone] .invalid-feedback:not(:empty), .o_service_form_alert:not(:empty)",
        },
        {
            content: "The text is still there",
            trigger: ".o_service_form #need:value(Монтаж котла)",
        },
        {
            trigger: ".o_service_form #phone",
            run: "edit +7 903 333-20-20",
        },
        {
            trigger: ".o_service_form_send:enabled",
            run: "click",
        },
        {
            content: "The number at once, and the way to follow it",
            trigger: ".o_service_form_done [data-answer=number]:contains(SR/)",
        },
        {
            trigger: ".o_service_form_done a[data-answer=url]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_service_page .o_service_steps .o_present:contains(Received)",
        },
    ],
});

registry.category("web_tour.tours").add("service_story_customer_confirm", {
    steps: () => [
        {
            content: "Who comes and when",
            trigger: ".o_service_page .o_service_who:contains(Service Performer)",
        },
        {
            trigger: ".o_service_page button:contains(Confirm the time)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_service_page .o_agreed:contains(You have confirmed this time)",
        },
    ],
});

registry.category("web_tour.tours").add("service_story_customer_rate", {
    steps: () => [
        {
            content: "What was agreed, and what it costs",
            trigger: ".o_service_page #pay:contains(136.00)",
        },
        {
            trigger: ".o_service_stars label[for=star5]",
            run: "click",
        },
        {
            trigger: "#rate_text",
            run: "edit Спасибо!",
        },
        {
            trigger: "#rate button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#rate .o_service_given:contains(★★★★★)",
        },
    ],
});
