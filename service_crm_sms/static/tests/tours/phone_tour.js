import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("service_sms_phone", {
    steps: () => [
        {
            content: "The newest phone is open, with what came to it",
            trigger: ".o_service_phone_message:contains(Does it suit you?)",
        },
        {
            content: "Links can be pressed, without the full stop behind them",
            trigger: ".o_service_phone_message a[href='https://example.com/r/1']",
        },
        {
            content: "One press answers",
            trigger: ".o_service_phone_quick:contains(Yes)",
            run: "click",
        },
        {
            trigger: ".o_service_phone_answer:contains(Yes)",
        },
        {
            content: "Somebody else writes",
            trigger: "button:contains(Another number)",
            run: "click",
        },
        {
            trigger: ".o_service_phone_number",
            run: "edit +7 916 555-44-33",
        },
        {
            trigger: ".o_service_phone_text",
            run: "edit The lift is stuck",
        },
        {
            trigger: ".o_service_phone_text",
            run: "press Enter",
        },
        {
            trigger: ".o_service_phone_answer:contains(The lift is stuck)",
        },
        {
            content: "The new phone stands in the list",
            trigger: ".o_service_phone_item.active:contains(+79165554433)",
        },
    ],
});
