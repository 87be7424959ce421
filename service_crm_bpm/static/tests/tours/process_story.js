import { registry } from "@web/core/registry";

const mine = (stage) => `.o_kanban_record:not(.o_kanban_ghost):contains(${stage})`;
const card = (stage) => `.o_bpm_step h2:contains(${stage})`;

/** From “My Processes” to the card of the run: what to do, and where it stands. */
function openMine(stage) {
    return [
        { content: "It waits for me", trigger: mine(stage), run: "click" },
        { content: "What to do", trigger: card(stage) },
        { content: "Where it stands", trigger: ".o_form_view svg" },
    ];
}

/** From the request: which process, its start card, the card of the run. */
registry.category("web_tour.tours").add("service_process_start", {
    steps: () => [
        { trigger: "button[name=action_open_processes]", run: "click" },
        { trigger: "button[name=action_start_new]", run: "click" },
        {
            trigger: ".o_kanban_record:contains(Service request) a:contains(Start)",
            run: "click",
        },
        { trigger: "button[name=action_start]", run: "click" },
        {
            content: "What was done in the request already is passed",
            trigger: card("Price the job with the customer"),
        },
    ],
});

registry.category("web_tour.tours").add("service_process_dispatcher", {
    steps: () => [...openMine("Agree the order")],
});

registry.category("web_tour.tours").add("service_process_manager", {
    steps: () => [
        ...openMine("Conduct service"),
        {
            content: "The process task blocks until the work is done",
            trigger: ".o_bpm_step .alert-warning:contains(Conduct service)",
        },
    ],
});

registry.category("web_tour.tours").add("service_process_accountant", {
    steps: () => [...openMine("Issue the invoice")],
});
