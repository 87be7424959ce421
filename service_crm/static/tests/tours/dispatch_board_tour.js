import { registry } from "@web/core/registry";
import {
    barIn,
    carry,
    drag,
    drop,
    expectLanding,
    find,
    FIRST,
    frames,
    inPane,
    pointer,
    SECOND,
    spot,
} from "./dispatch_board_hands";

const { DateTime } = luxon;

/** The colleague, in a session of her own: she gives the visit to somebody else. */
async function colleagueMoves(customer, performer) {
    const { key } = JSON.parse(
        decodeURIComponent(document.cookie.match(/service_board_test=([^;]+)/)[1])
    );
    const ask = async (method, body) => {
        const answer = await fetch(`/json/2/service.dispatch.board/${method}`, {
            method: "POST",
            credentials: "omit", // not the session of the one who looks at the board
            headers: { "Content-Type": "application/json", Authorization: `bearer ${key}` },
            body: JSON.stringify(body),
        });
        return answer.json();
    };
    const start = DateTime.now().startOf("day").toMillis();
    const board = await ask("action_load", {
        domain: [],
        start,
        stop: start + 3 * 86400000,
        group_by: "",
    });
    const order = board.orders.find((one) => one.customer.includes(customer));
    const row = board.rows.find((one) => one.name === performer);
    const { id, version, start: from, end } = order;
    const told = await ask("action_move", {
        moves: [{ id, version, performer: row.id, start: from, end }],
    });
    if (!told.orders?.length) {
        throw new Error(`The colleague was refused: ${JSON.stringify(told)}`);
    }
}

registry.category("web_tour.tours").add("service_board_drag", {
    steps: () => [
        {
            content: "Everybody has a row, who has nothing to do as well",
            trigger: `.o_board_line:contains(${SECOND}):not(:has(.o_board_bar))`,
        },
        {
            content: "A job of the pane is dropped on tomorrow, two o'clock",
            trigger: inPane("Alfa"),
            run: () => drag(find(".o_board_job", "Alfa"), spot(SECOND, 14)),
        },
        { trigger: barIn(SECOND, "Alfa") },
        {
            content: "What was done by mistake is undone",
            trigger: ".o_notification button:contains(Undo)",
            run: "click",
        },
        { trigger: inPane("Alfa") },
        {
            content: "And done again by the keyboard",
            trigger: ".o_notification button:contains(Redo)",
            run: "click",
        },
        {
            trigger: barIn(SECOND, "Alfa"),
            run: () =>
                document.body.dispatchEvent(
                    new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true })
                ),
        },
        {
            trigger: inPane("Alfa"),
            run: () => drag(find(".o_board_job", "Alfa"), spot(SECOND, 14)),
        },
        {
            content: "Where somebody is busy it cannot land, and the board says so at once",
            trigger: barIn(SECOND, "Alfa"),
            async run() {
                const place = spot(FIRST, 9.5);
                await carry(find(".o_board_job", "Gamma"), place);
                expectLanding("refused", "busy");
                await drop(place);
            },
        },
        { trigger: ".o_notification:contains(cannot be planned):contains(Beta)" },
        {
            content: "What breaks another rule asks why first",
            trigger: inPane("Gamma"),
            run: () => drag(find(".o_board_job", "Gamma"), spot(FIRST, 14)),
        },
        { trigger: ".modal:contains(speaks against):contains(High voltage)" },
        { trigger: ".modal button:contains(Plan All the Same)", run: "click" },
        { trigger: ".modal .invalid-feedback:contains(Say why)" },
        { trigger: ".modal textarea", run: "edit Works with a master" },
        { trigger: ".modal button:contains(Plan All the Same)", run: "click" },
        { trigger: `body:not(:has(.modal)) ${barIn(FIRST, "Gamma")}` },
        {
            content: "A visit goes to somebody else by the keyboard: picked up, a row down, dropped",
            trigger: barIn(FIRST, "Beta"),
            async run() {
                const bar = find(".o_board_bar", "Beta");
                bar.focus();
                // The rows are in order of name: who comes next depends on the alphabet.
                const rows = [...document.querySelectorAll(".o_board_name")].map((el) => el.textContent);
                const down = rows.indexOf(SECOND) - rows.indexOf(FIRST);
                const press = async (key) => {
                    bar.dispatchEvent(
                        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })
                    );
                    await frames();
                };
                await press(" ");
                for (let step = 0; step < Math.abs(down); step++) {
                    await press(down > 0 ? "ArrowDown" : "ArrowUp");
                }
                await press("ArrowRight");
                await press("Enter");
            },
        },
        { trigger: barIn(SECOND, "Beta") },
        {
            content: "A press opens the work order",
            trigger: barIn(SECOND, "Beta"),
            async run() {
                const bar = find(".o_board_bar", "Beta");
                const box = bar.getBoundingClientRect();
                pointer(bar, "pointerdown", box.left + 5, box.top + 5);
                await drop([box.left + 5, box.top + 5]);
            },
        },
        { trigger: ".modal .o_form_view .o_field_widget[name=partner_id] input:value(Beta)" },
        { trigger: ".modal .btn-close, .modal button:contains(Discard)", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_board" },
    ],
});

registry.category("web_tour.tours").add("service_board_colleague", {
    steps: () => [
        {
            content: "A colleague gives the visit to somebody else: it is seen at once",
            trigger: barIn(FIRST, "Beta"),
            run: () => colleagueMoves("Beta", SECOND),
        },
        { trigger: barIn(SECOND, "Beta") },
        {
            content: "She is faster, while the visit is in hand: nothing of hers is lost",
            trigger: `.o_board_line:contains(${FIRST}):not(:has(.o_board_bar))`,
            async run() {
                const place = spot(FIRST, 14);
                await carry(find(".o_board_bar", "Beta"), place);
                await colleagueMoves("Beta", FIRST);
                await drop(place);
            },
        },
        { trigger: ".modal:contains(A colleague was faster):contains(changed meanwhile)" },
        { trigger: ".modal button:contains(Keep Theirs)", run: "click" },
        {
            trigger: `body:not(:has(.modal)) ${barIn(FIRST, "Beta")}`,
            async run() {
                const place = spot(SECOND, 14);
                await carry(find(".o_board_bar", "Beta"), place);
                await colleagueMoves("Beta", SECOND);
                await drop(place);
            },
        },
        {
            content: "Ours can be done over hers, when we say so",
            trigger: ".modal button:contains(Do Mine Again)",
            run: "click",
        },
        { trigger: `body:not(:has(.modal)) ${barIn(SECOND, "Beta")}` },
        { trigger: ".o_notification button:contains(Undo)" },
    ],
});

registry.category("web_tour.tours").add("service_board_phone", {
    steps: () => [
        {
            content: "On a phone: who does what today",
            trigger: `.o_board_list_performer:contains(${FIRST})`,
        },
        { trigger: ".o_board_toolbar button[aria-label=Later]", run: "click" },
        {
            content: "Tomorrow has a visit",
            trigger: `.o_board_list_performer:contains(${FIRST}) .o_board_list_job:contains(Beta)`,
        },
        { trigger: `.o_board_list_performer:contains(${SECOND}):contains(Free all day)` },
        {
            trigger: ".o_board_list_group:contains(Unplanned)",
            run: "click",
        },
        { trigger: ".o_board_list_job:contains(Alfa)" },
        {
            trigger: `.o_board_list_performer:contains(${FIRST}) .o_board_list_job:contains(Beta)`,
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=partner_id] input:value(Beta)" },
    ],
});
