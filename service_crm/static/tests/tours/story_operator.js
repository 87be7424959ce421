import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("service_story_operator_known", {
    steps: () => [
        {
            content: "The phone rings: the operator types the last digits of the number",
            trigger: ".o_service_console_find input:focus",
            run: "edit 495 120-81-15",
        },
        {
            content: "Who calls, and of which company",
            trigger: ".o_service_console_card h2:contains(Anna Petrova):contains(Alfa LLC)",
        },
        {
            trigger: ".o_service_console_find input",
            run: "press alt+n",
        },
        {
            content: "What is needed, in the customer's words",
            trigger: ".modal textarea:focus",
            run: "edit Лифт скрипит",
        },
        {
            content: "All is known: the dispatcher gets it at once, without the mouse",
            trigger: ".modal textarea",
            run: "press Tab",
        },
        {
            trigger: ".modal #o_service_dispatcher:focus",
            run: "selectByLabel Service Dispatcher",
        },
        {
            trigger: ".modal #o_service_dispatcher",
            run: "press Enter",
        },
        {
            content: "It is filed, and stands with the customer",
            trigger: ".o_service_console_card .o_service_console_row:contains(Лифт скрипит):contains(waits for: Dispatcher)",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});

registry.category("web_tour.tours").add("service_story_operator_new", {
    steps: () => [
        {
            content: "The web form is in the queue, of somebody nobody knows",
            trigger: ".o_service_console_row:contains(Монтаж котла):contains(New customer) button:contains(Take)",
            run: "click",
        },
        {
            content: "It is mine now; whom is it about?",
            trigger: ".o_service_console_queue:contains(Taken by me) .o_service_console_row a:contains(Монтаж котла)",
            run: "click",
        },
        {
            content: "The request says what it still needs before a dispatcher can work",
            trigger: ".o_form_view .o_service_missing:contains(Customer)",
        },
        {
            content: "A manager gets to know the new customer",
            trigger: "button[name=action_pass_to_manager]",
            run: "click",
        },
        {
            content: "The next step is the manager's: nothing is offered here any more",
            trigger: ".o_form_view:not(:has(button[name=action_pass_to_manager])) .o_field_widget[name=waiting_for]:contains(Manager)",
        },
    ],
});
