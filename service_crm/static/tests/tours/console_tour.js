import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("service_console_call", {
    steps: () => [
        {
            content: "The operator types the number while the phone rings",
            trigger: ".o_service_console_find input:focus",
            run: "edit 8 495 222-33-44",
        },
        {
            content: "Who it is stands there",
            trigger: ".o_service_console_card h2:contains(Sergey Lift)",
        },
        {
            content: "New request by keyboard",
            trigger: ".o_service_console_find input",
            run: "press alt+n",
        },
        {
            content: "What is needed",
            trigger: ".modal textarea:focus",
            run: "edit Lift is stuck",
        },
        {
            trigger: ".modal textarea",
            run: "press Enter",
        },
        {
            content: "It is filed and stands with the customer",
            trigger: ".o_service_console_card .o_service_console_row:contains(Lift is stuck)",
        },
        {
            content: "And in the operator's own list",
            trigger: ".o_service_console_queue:contains(Taken by me):contains(Lift is stuck)",
        },
    ],
});
