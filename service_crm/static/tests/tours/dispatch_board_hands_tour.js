import { registry } from "@web/core/registry";
import {
    barIn,
    click,
    drag,
    drawFrame,
    drop,
    carry,
    expectFocus,
    expectLanding,
    find,
    FIRST,
    inPane,
    press,
    pull,
    rest,
    SECOND,
    spot,
} from "./dispatch_board_hands";

/** The bar of a visit that lasts until then. */
const until = (customer, time) => `${barIn(FIRST, customer)}[aria-label*='${time}']`;
const selected = (count) => `.o_board_count:contains(${count} selected)`;
const NOTHING_SELECTED = "body:not(:has(.o_board_count)):not(:has(.o_board_selected))";
const bar = (customer) => find(".o_board_bar", customer);

/** Both morning visits of the first performer. */
const frameMorning = () => {
    const [left, middle] = spot(FIRST, 8.25);
    return drawFrame([left, middle - 14], [spot(FIRST, 12.5)[0], middle + 14]);
};

registry.category("web_tour.tours").add("service_board_resize", {
    steps: () => [
        { trigger: ".o_board", run: rest },
        {
            content: "It takes longer: the end of the bar is pulled to half past ten",
            trigger: until("Beta", "10:00"),
            async run() {
                const place = spot(FIRST, 10.5);
                await pull(bar("Beta"), "end", place);
                expectLanding("free", "10:30");
                await drop(place);
            },
        },
        { trigger: until("Beta", "10:30"), run: () => press("Ctrl+z") },
        {
            content: "Undone; pulled before its beginning a quarter of an hour is left",
            trigger: until("Beta", "10:00"),
            async run() {
                const place = spot(FIRST, 8.25);
                await pull(bar("Beta"), "end", place);
                expectLanding("free", "9:15");
                await drop(place);
            },
        },
        { trigger: until("Beta", "9:15"), run: () => press("Ctrl+z") },
        {
            content: "It begins earlier",
            trigger: until("Beta", "10:00"),
            run: async () => {
                const place = spot(FIRST, 8.5);
                await pull(bar("Beta"), "start", place);
                await drop(place);
            },
        },
        { trigger: until("Beta", "8:30"), run: () => press("Ctrl+z") },
        {
            content: "Where the next visit begins no bar is pulled over it",
            trigger: `${until("Beta", "9:00")}[aria-label*='10:00']`,
            async run() {
                const place = spot(FIRST, 11.5);
                await pull(bar("Beta"), "end", place);
                expectLanding("refused", "busy", "Delta");
                await drop(place);
            },
        },
        { trigger: ".o_notification:contains(cannot be planned):contains(Delta)" },
        {
            content: "Escape lets go of it",
            trigger: until("Beta", "10:00"),
            async run() {
                const place = spot(FIRST, 10.75);
                await pull(bar("Beta"), "end", place);
                await press("Escape");
                await drop(place);
            },
        },
        {
            content: "Nothing is left over of what was in hand",
            trigger: `body:not(:has(.o_board_landing)):not(:has(.o_board_shield)) ${until("Beta", "10:00")}`,
        },
        {
            content: "At last it really takes longer",
            trigger: until("Beta", "10:00"),
            async run() {
                const place = spot(FIRST, 10.75);
                await pull(bar("Beta"), "end", place);
                await drop(place);
            },
        },
        { trigger: until("Beta", "10:45") },
    ],
});

registry.category("web_tour.tours").add("service_board_several", {
    steps: () => [
        { trigger: ".o_board", run: rest },
        {
            content: "A frame around two visits selects both",
            trigger: barIn(FIRST, "Delta"),
            run: frameMorning,
        },
        {
            content: "A third one with the control key, and away again",
            trigger: `body:has(${selected(2)}) ${barIn(SECOND, "Epsilon")}`,
            run: () => click(bar("Epsilon"), { ctrlKey: true }),
        },
        { trigger: selected(3), run: () => click(bar("Epsilon"), { ctrlKey: true }) },
        {
            content: "One of them carried takes the other along, two hours later still",
            trigger: selected(2),
            run: () => drag(bar("Beta"), spot(SECOND, 14)),
        },
        { trigger: `body:has(${barIn(SECOND, "Beta")}) ${barIn(SECOND, "Delta")}` },
        { trigger: ".o_notification:contains(Beta):contains(Delta) button:contains(Undo)", run: "click" },
        {
            content: "Both are back after one undo",
            trigger: `body:has(${until("Beta", "10:00")}) ${until("Delta", "12:00")}`,
            run: frameMorning,
        },
        {
            content: "One of them cannot land: none of them does",
            trigger: selected(2),
            async run() {
                const place = spot(SECOND, 9);
                await carry(bar("Beta"), place);
                expectLanding("refused", "busy", "Epsilon");
                await drop(place);
            },
        },
        { trigger: ".o_notification:contains(None of the 2 visits was moved):contains(Epsilon)" },
        {
            content: "They stay where they were, and selected: a day alone shows theirs",
            trigger: `body:has(${until("Beta", "10:00")}):has(${until("Delta", "12:00")}):has(${selected(2)}) [aria-label='Days shown'] button:first-child`,
            run: "click",
        },
        {
            trigger: `body:has(.o_board_day:count(1)):has(${selected(2)}) .o_board_bar.o_board_selected:contains(Delta)`,
        },
        { trigger: "[aria-label='Days shown'] button:last-child", run: "click" },
        {
            trigger: `body:has(.o_board_day:count(7)):has(${selected(2)}) .o_board_group_by`,
            run: "select crew",
        },
        {
            content: "Other groups, the same selection; in a closed group nothing is selected",
            trigger: `body:has(.o_board_bar.o_board_selected:contains(Delta)):has(${selected(2)}) .o_board_fold[aria-expanded=true]:contains(crew)`,
            run: "click",
        },
        { trigger: `${NOTHING_SELECTED} .o_board_fold[aria-expanded=false]`, run: "click" },
        { trigger: ".o_board_toolbar button:contains(3 Days)", run: "click" },
        {
            content: "Another page: what is not in sight is not selected",
            trigger: `body:has(.o_board_day:count(3)) ${barIn(FIRST, "Beta")}`,
            run: frameMorning,
        },
        { trigger: `body:has(${selected(2)}) .o_board_toolbar button[aria-label=Later]`, run: "click" },
        { trigger: `${NOTHING_SELECTED}:not(:has(${barIn(FIRST, "Beta")})) .o_board_toolbar button:contains(Today)`, run: "click" },
        {
            content: "Two jobs of the pane at once: one breaks a rule, both are asked about",
            trigger: `body:has(${barIn(FIRST, "Beta")}) ${inPane("Alfa")}`,
            async run() {
                await click(find(".o_board_job", "Alfa"), { ctrlKey: true });
                await click(find(".o_board_job", "Gamma"), { ctrlKey: true });
                await drag(find(".o_board_job", "Alfa"), spot(SECOND, 14));
            },
        },
        { trigger: ".modal:contains(speaks against):contains(High voltage) .btn-close", run: "click" },
        {
            content: "Thought better of it: none is planned, both are still selected",
            trigger: `body:not(:has(.modal)):has(${selected(2)}):has(${inPane("Gamma")}) ${inPane("Alfa")}`,
            run: () => drag(find(".o_board_job", "Alfa"), spot(SECOND, 14)),
        },
        { trigger: ".modal textarea", run: "edit Under guidance" },
        { trigger: ".modal button:contains(Plan All the Same)", run: "click" },
        { trigger: `body:has(${barIn(SECOND, "Alfa")}) ${barIn(SECOND, "Gamma")}` },
        { trigger: NOTHING_SELECTED },
    ],
});

registry.category("web_tour.tours").add("service_board_keyboard", {
    steps: () => [
        {
            content: "Arrows go from visit to visit",
            trigger: barIn(FIRST, "Beta"),
            async run() {
                bar("Beta").focus();
                await press("ArrowRight");
                expectFocus("Delta");
                await press("Home");
                expectFocus("Beta");
            },
        },
        {
            content: "Picked up, moved, given up: nothing was changed",
            trigger: barIn(FIRST, "Beta"),
            async run() {
                await press(" ", "ArrowRight", "ArrowRight");
                expectLanding("free", "9:30");
                await press("Escape");
                expectFocus("Beta");
            },
        },
        {
            trigger: `.o_board:has(${until("Beta", "10:00")}) [aria-live]:contains(Nothing was changed)`,
        },
        {
            content: "Half an hour later and a quarter longer at once",
            trigger: until("Beta", "10:00"),
            run: () => press(" ", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Enter"),
        },
        {
            content: "The visit keeps the focus, so the next key undoes it",
            trigger: `${until("Beta", "9:30")}[aria-label*='10:45']`,
            async run() {
                expectFocus("Beta");
                await press("Ctrl+z");
            },
        },
        {
            trigger: `${until("Beta", "9:00")}[aria-label*='10:00']`,
            async run() {
                expectFocus("Beta");
                await press("Ctrl+Shift+z");
            },
        },
        {
            content: "Done again; shorter than a quarter of an hour is nothing",
            trigger: `${until("Beta", "9:30")}[aria-label*='10:45']`,
            async run() {
                await press(" ", ...Array(9).fill("Shift+ArrowLeft"));
                expectLanding("free", "9:45");
                await press("Escape", "Ctrl+z");
            },
        },
        {
            content: "Into the hours of the next visit it is refused",
            trigger: until("Beta", "10:00"),
            async run() {
                await press(" ", "Ctrl+ArrowRight", "Ctrl+ArrowRight");
                expectLanding("refused", "busy", "Delta");
                await press("Enter");
            },
        },
        {
            trigger: `body:has(.o_notification:contains(cannot be planned)) ${until("Beta", "10:00")}`,
            async run() {
                expectFocus("Beta");
                await press("Delete");
            },
        },
        {
            content: "Off the plan: the focus goes along to the pane, and back with undo",
            trigger: inPane("Beta"),
            async run() {
                expectFocus("Beta");
                await press("Ctrl+z");
            },
        },
        {
            trigger: until("Beta", "10:00"),
            async run() {
                expectFocus("Beta");
                await press("Shift+ ", "ArrowRight", "Shift+ ");
            },
        },
        {
            content: "Two of them selected and moved a day by the keyboard",
            trigger: selected(2),
            run: () => press(" ", "PageDown", "Enter"),
        },
        { trigger: `${NOTHING_SELECTED} .o_notification:contains(Beta):contains(Delta)`, run: () => press("Ctrl+z") },
        {
            content: "Enter opens the work order",
            trigger: `body:has(${until("Beta", "10:00")}) ${until("Delta", "12:00")}`,
            async run() {
                expectFocus("Delta");
                await press("Enter");
            },
        },
        { trigger: ".modal .o_field_widget[name=partner_id] input:value(Delta)" },
        { trigger: ".modal .btn-close, .modal button:contains(Discard)", run: "click" },
        {
            content: "A job of the pane is planned without a mouse",
            trigger: `body:not(:has(.modal)) ${inPane("Alfa")}`,
            async run() {
                find(".o_board_job", "Alfa").focus();
                await press(" ", "PageDown", "PageDown", "PageDown", "Home", "Enter");
            },
        },
        { trigger: ".o_board_line .o_board_bar:not(.o_board_pending):contains(Alfa)" },
    ],
});
