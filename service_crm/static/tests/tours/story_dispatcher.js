import { registry } from "@web/core/registry";

/** The open request of the test, from the board. */
const openRequest = (name) => [
    {
        content: "The request on the board",
        trigger: `.o_kanban_record:contains(${name})`,
        run: "click",
    },
    {
        trigger: `.o_form_view .o_field_widget[name=name] textarea:value(${name})`,
    },
];

/** One branch of the story: `name` is what the request is called. */
function addBranch(branch, name) {
    registry.category("web_tour.tours").add(`service_story_dispatcher_offer_${branch}`, {
        steps: () => [
            ...openRequest(name),
            {
                content: "Services come from the catalogue, at the customer's prices",
                trigger: ".o_statusbar_buttons button[name=action_open_catalogue].btn-primary",
                run: "click",
            },
            {
                trigger: ".o_kanban_record:contains(Lift inspection) button:has(.fa-shopping-cart)",
                run: "click",
            },
            {
                trigger: ".o_kanban_record:contains(Lift inspection) button:has(.fa-trash)",
            },
            {
                trigger: ".o_kanban_record:contains(Ролик двери) button:has(.fa-shopping-cart)",
                run: "click",
            },
            {
                content: "Two of them",
                trigger: ".o_kanban_record:contains(Ролик двери) button:has(.fa-plus)",
                run: "click",
            },
            {
                trigger: ".o_kanban_record:contains(Ролик двери) .o_input:value(2)",
            },
            {
                trigger: ".o-kanban-button-back",
                run: "click",
            },
            {
                content: "The price of the job",
                trigger: ".o_field_widget[name=service_amount_total]:contains(136.00)",
            },
            {
                content: "One press: quotation, mail to the customer, question to the manager",
                trigger: "button[name=action_ask_approvals]",
                run: "click",
            },
            {
                content: "The customer says yes on the phone: who said it, when and how is kept",
                trigger: ".o_field_widget[name=approval_ids] button[name=action_record_yes]",
                run: "click",
            },
            {
                trigger: ".modal .o_field_widget[name=spoken_with] input",
                run: "edit Анна Петрова",
            },
            {
                trigger: ".modal .o_field_widget[name=method] label:contains(Phone)",
                run: "click",
            },
            {
                trigger: ".modal button[name=action_decide]:contains(Yes)",
                run: "click",
            },
            {
                trigger: ".o_field_widget[name=approval_ids] .o_data_row:contains(Анна Петрова):contains(Approved)",
            },
        ],
    });

    registry.category("web_tour.tours").add(`service_story_dispatcher_plan_${branch}`, {
        steps: () => [
            ...openRequest(name),
            {
                content: "It is agreed: a task for a performer",
                trigger: "button[name=action_create_work_order].btn-primary",
                run: "click",
            },
            {
                content: "What was agreed is what is to be done",
                trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(Ролик двери)",
            },
            {
                trigger: ".o_field_widget[name=performer_id] input",
                run: "edit Service Perf",
            },
            {
                trigger: ".o-autocomplete--dropdown-item a:contains(Service Performer)",
                run: "click",
            },
            {
                content: "Tomorrow at ten",
                trigger: ".o_field_widget[name=date_start] .o_daterange_start, .o_field_widget[name=date_start] input, .o_field_widget[name=date_start] button",
                run: "click",
            },
            {
                trigger: ".o_field_widget[name=date_start] input[data-field=date_start]",
                run: `edit ${luxon.DateTime.now().plus({ days: 1 }).toFormat("MM/dd/yyyy")} 10:00:00`,
            },
            {
                trigger: ".o_field_widget[name=planned_hours] input",
                run: "click",
            },
            {
                content: "The performer is told",
                trigger: "button[name=action_assign]:enabled",
                run: "click",
            },
            {
                trigger: ".o_form_view:not(:has(button[name=action_assign])) .o_field_widget[name=slot_state]:contains(Tentative)",
            },
            {
                trigger: ".breadcrumb-item a:contains(Board), .o_breadcrumb a:contains(Board)",
                run: "click",
            },
            {
                content: "The board says when the visit is and who goes there",
                trigger: `.o_kanban_record:contains(${name}):contains(Tomorrow):contains(Service Performer)`,
            },
        ],
    });

    registry.category("web_tour.tours").add(`service_story_dispatcher_close_${branch}`, {
        steps: () => [
            {
                content: "Handed in: waits to be checked",
                trigger: ".o_data_row:contains(Service Performer) td[name=partner_id]",
                run: "click",
            },
            {
                trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(Ролик двери) td[name=quantity_done]:contains(2.00)",
            },
            {
                trigger: ".o_notebook .nav-link:contains(Report)",
                run: "click",
            },
            {
                trigger: ".o_field_widget[name=report]:contains(Ролики заменены), .o_field_widget[name=report] textarea:value(Ролики заменены)",
            },
            {
                trigger: "button[name=action_close]",
                run: "click",
            },
            {
                trigger: ".o_form_view:not(:has(button[name=action_close])) .o_statusbar_status:contains(Closed)",
            },
        ],
    });
}

registry.category("web_tour.tours").add("service_story_dispatcher_done", {
    steps: () => [
        ...openRequest("Монтаж котла"),
        {
            content: "All works are closed: the request needs nobody any more",
            trigger: "button[name=action_close].btn-primary",
            run: "click",
        },
        {
            trigger: ".o_form_view:has(button[name=action_reopen])",
        },
    ],
});

addBranch("known", "Лифт скрипит");
addBranch("new", "Монтаж котла");
