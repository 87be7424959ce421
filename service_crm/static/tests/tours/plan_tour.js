import { registry } from "@web/core/registry";

const { DateTime } = luxon;
const FIRST = "Service Performer";
const rowOf = (customer) => `.o_data_row:has(td[name=partner_id]:contains(${customer}))`;

/** What the test told: keys of others who come with sessions of their own. */
function told() {
    return JSON.parse(
        decodeURIComponent(document.cookie.match(/service_board_test=([^;]+)/)[1])
    );
}

async function post(key, path, body) {
    const answer = await fetch(`/json/2/${path}`, {
        method: "POST",
        credentials: "omit", // not the session of the one who looks at the screen
        headers: { "Content-Type": "application/json", Authorization: `bearer ${key}` },
        body: JSON.stringify(body),
    });
    return answer.json();
}

/** The server's scheduler does what it does every minute. */
function runScheduler() {
    const { cron, cron_key } = told();
    return post(cron_key, "ir.cron/method_direct_trigger", { ids: [cron] });
}

/** The colleague plans the visit herself. */
async function colleaguePlans(customer) {
    const ask = (method, body) =>
        post(told().key, `service.dispatch.board/${method}`, body);
    const start = DateTime.now().startOf("day").plus({ days: 1 }).toMillis();
    const stop = start + 86400000;
    const board = await ask("action_load", { domain: [], start, stop, group_by: "" });
    const { id, version } = board.unplanned.find((one) => one.customer.includes(customer));
    const performer = board.rows.find((one) => one.name === FIRST).id;
    const from = start + 16 * 3600000;
    const move = { id, version, performer, start: from, end: from + 3600000 };
    const answer = await ask("action_move", { moves: [move] });
    if (!answer.orders?.length) {
        throw new Error(`The colleague was refused: ${JSON.stringify(answer)}`);
    }
}

const planTomorrow = [
    {
        content: "Tomorrow on the board",
        trigger: ".o_board_toolbar .btn-group button:text(Day)",
        run: "click",
    },
    { trigger: ".o_board_plan:contains(Plan Day)" },
    { trigger: ".o_board_toolbar button[aria-label=Later]", run: "click" },
    { trigger: ".o_board_toolbar:not(:has(.fa-spin)) .o_board_plan", run: "click" },
    {
        content: "What there is to plan is told first",
        trigger: ".o_field_widget[name=outlook]:contains(Jobs that wait: 3)",
    },
    { trigger: ".o_field_widget[name=seconds] input", run: "edit 1" },
    { trigger: "button[name=action_run]:contains(Make a Proposal)", run: "click" },
    { trigger: ".o_plan_progress [role=progressbar]", run: runScheduler },
    {
        content: "A proposal, in numbers and drawn",
        trigger: ".o_plan_figures [data-figure=visits]:contains(3)",
    },
    { trigger: ".o_plan_bar.o_plan_new:contains(Alfa)" },
];

registry.category("web_tour.tours").add("service_plan_day", {
    steps: () => [
        ...planTomorrow,
        {
            content: "The board as it would be",
            trigger: "button[name=action_show_board]",
            run: "click",
        },
        { trigger: ".o_board_preview:contains(as proposed)" },
        { trigger: ".o_board_bar.o_board_proposed_new:contains(Alfa)" },
        { trigger: ".o_board_preview button:contains(Show the Present Plan)", run: "click" },
        { trigger: ".o_board_pane .o_board_job:contains(Alfa)" },
        { trigger: "body:not(:has(.o_board_proposed))" },
        { trigger: ".o_board_preview button:contains(Show the Proposal)", run: "click" },
        { trigger: ".o_board_bar.o_board_proposed_new:contains(Gamma)" },
        { trigger: ".o_board_preview button:contains(Back to the Proposal)", run: "click" },
        {
            content: "One is not wanted",
            trigger: `${rowOf("Gamma")} td[name=is_wanted] input:checked`,
            run: "click",
        },
        { trigger: `${rowOf("Gamma")} td[name=is_wanted] input:not(:checked)` },
        { trigger: "button[name=action_apply_selected]", run: "click" },
        { trigger: ".o_notification:contains(Visits planned: 2)" },
        { trigger: `${rowOf("Alfa")} td[name=result]:contains(Applied)` },
        { trigger: `${rowOf("Gamma")} td[name=result]:contains(Proposed)` },
        {
            content: "They are on the board",
            trigger: ".breadcrumb-item a:contains(Dispatch Board)",
            run: "click",
        },
        { trigger: ".o_board_bar:not(.o_board_proposed):contains(Alfa)" },
        { trigger: ".o_board_bar:contains(Beta)" },
        { trigger: ".o_board_pane .o_board_job:contains(Gamma)" },
    ],
});

registry.category("web_tour.tours").add("service_plan_colleague", {
    steps: () => [
        ...planTomorrow,
        {
            content: "A colleague plans one of the visits herself meanwhile",
            trigger: rowOf("Beta"),
            run: () => colleaguePlans("Beta"),
        },
        { trigger: "button[name=action_apply]", run: "click" },
        { trigger: ".o_notification:contains(Visits planned: 2):contains(Not possible: 1)" },
        {
            content: "It is told on its line, the rest is done",
            trigger: `${rowOf("Beta")} td[name=result]:contains(Changed Meanwhile)`,
        },
        { trigger: `${rowOf("Beta")} td[name=message]:contains(meanwhile)` },
        { trigger: `${rowOf("Alfa")} td[name=result]:contains(Applied)` },
        {
            content: "All of it can be taken back, but what is hers",
            trigger: "button[name=action_take_back]",
            run: "click",
        },
        { trigger: ".modal button.btn-primary", run: "click" },
        { trigger: ".o_notification:contains(Visits back where they were: 2)" },
        { trigger: "button[name=action_apply]" },
    ],
});

registry.category("web_tour.tours").add("service_plan_phone", {
    steps: () => [
        {
            content: "The proposal on a phone, performer by performer",
            trigger: ".o_plan_chart section .o_plan_item:contains(Alfa)",
        },
        {
            content: "One visit is applied from its card",
            trigger: ".o_kanban_record:contains(Alfa) button:contains(Apply)",
            run: "click",
        },
        { trigger: ".o_kanban_record:contains(Alfa) .badge:contains(Applied)" },
        { trigger: ".o_kanban_record:contains(Beta) button:contains(Apply)" },
    ],
});
