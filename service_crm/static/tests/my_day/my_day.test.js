import { describe, expect, test } from "@odoo/hoot";
import { mockFetch } from "@odoo/hoot-mock";

import {
    applyQueue,
    getOpenOffers,
    describe as describeAction,
    findNeedless,
    getNeeds,
    getOwnNeeds,
    getSteps,
} from "@service_crm/my_day/actions";
import { getDays, getHeadline, getLate, getNextDay } from "@service_crm/my_day/day_view";
import { h, morph } from "@service_crm/my_day/dom";
import { getCannotLabel } from "@service_crm/my_day/job_view";
import { toBase64 } from "@service_crm/my_day/photo";
import { Busy, call, LoggedOut, ServerFailed, Unreachable } from "@service_crm/my_day/rpc";
import { Sender } from "@service_crm/my_day/sender";
import { formatLate, momentAt, setup } from "@service_crm/my_day/words";

describe.current.tags("headless");

const HOUR = 3600 * 1000;
/** 10:00 in Moscow on a Tuesday. */
const NOW = Date.UTC(2026, 10, 24, 7);

const STEPS = [
    { name: "accept", label: "Accept", sources: ["offered", "assigned"], target: "assigned" },
    { name: "refuse", label: "Refuse", sources: ["offered", "assigned"], target: "draft" },
    { name: "on_the_way", label: "On My Way", sources: ["assigned"], target: "on_the_way" },
    { name: "start", label: "Start", sources: ["assigned", "on_the_way"], target: "in_progress" },
    { name: "done", label: "Done", sources: ["in_progress"], target: "done" },
    { name: "measure", label: "Measure", sources: ["in_progress"], target: "in_progress" },
];

function makeOrder(values = {}) {
    return {
        id: 1,
        state: "assigned",
        state_label: "Assigned",
        accepted: false,
        mine: true,
        start: NOW + HOUR,
        end: NOW + 2 * HOUR,
        lines: [{ id: 7, name: "Check", planned: 1, done: 0, uom: "Units" }],
        photos: [],
        papers: [],
        problems: [],
        report: "",
        needs: {},
        signed: false,
        ...values,
    };
}

let last = 0;
function makeAction(kind, values = {}, order = 1) {
    last += 1;
    return { id: last, key: `key${last}`, kind, values, order, made: NOW };
}

function makeDay(...orders) {
    return { orders, steps: STEPS };
}

test("what was done shows before the server has it", () => {
    const queue = [
        makeAction("step", { step: "accept" }),
        makeAction("step", { step: "on_the_way" }),
        makeAction("step", { step: "start" }),
        makeAction("line", { line: 7, quantity: 1 }),
        makeAction("material", { name: "Roller", quantity: 2, uom: "Units" }),
        makeAction("photo", { when: "before" }),
        makeAction("signature", { name: "Anna" }),
    ];
    const [order, other] = applyQueue(makeDay(makeOrder(), makeOrder({ id: 2 })), queue);
    expect(order.state).toBe("in_progress");
    expect(order.accepted).toBe(true);
    expect(order.began).toBe(NOW);
    expect(order.lines.map((line) => line.done)).toEqual([1, 2]);
    expect(order.lines[1].id).toBe(queue[4].key);
    expect(order.photos.length).toBe(1);
    expect(order.signed_by).toBe("Anna");
    expect(order.waiting).toBe(7);
    expect(other.waiting).toBe(0);
});

test("a job that cannot be done leaves the day", () => {
    const queue = [makeAction("step", { step: "refuse", reason: "ill" })];
    expect(applyQueue(makeDay(makeOrder()), queue)).toEqual([]);
});

test("what a visit of another day asks for harms nothing", () => {
    const queue = [makeAction("report", { text: "x" }, 99)];
    expect(applyQueue(makeDay(makeOrder()), queue).length).toBe(1);
});

test("an answered offer is gone", () => {
    const day = { ...makeDay(), offers: [{ id: 1 }, { id: 2 }] };
    const queue = [makeAction("offer", { offer: 1, accept: true }, null), makeAction("photo")];
    expect(getOpenOffers(day, queue)).toEqual([{ id: 2 }]);
    expect(applyQueue(day, queue)).toEqual([]);
});

test("the last word counts, and a step ends what may be replaced", () => {
    const first = makeAction("report", { text: "a" });
    const step = makeAction("step", { step: "start" });
    const second = makeAction("report", { text: "b" });
    const line = makeAction("line", { line: 7, quantity: 1 });
    expect(findNeedless([first, line], makeAction("report", { text: "c" }))).toEqual([first.id]);
    expect(findNeedless([first, step, second], makeAction("report", {}))).toEqual([second.id]);
    expect(findNeedless([line], makeAction("line", { line: 8, quantity: 1 }))).toEqual([]);
    expect(findNeedless([line], makeAction("line", { line: 7, quantity: 0 }))).toEqual([line.id]);
    expect(findNeedless([first], makeAction("report", {}, 2))).toEqual([]);
    expect(findNeedless([makeAction("photo")], makeAction("photo"))).toEqual([]);
});

test("one next step, the others beside it", () => {
    const names = (order) => {
        const { next, others, cannot } = getSteps(order, STEPS);
        return [next?.name, others.map((s) => s.name), cannot.map((s) => s.name)];
    };
    expect(names(makeOrder({ state: "offered" }))).toEqual(["accept", [], ["refuse"]]);
    expect(names(makeOrder())).toEqual(["accept", [], ["refuse"]]);
    expect(names(makeOrder({ accepted: true }))).toEqual(["on_the_way", ["start"], ["refuse"]]);
    expect(names(makeOrder({ state: "in_progress" }))).toEqual(["done", ["measure"], []]);
    expect(names(makeOrder({ state: "closed" }))).toEqual([undefined, [], []]);
    expect(names(makeOrder({ mine: false }))).toEqual([undefined, [], []]);
});

test("what is needed before handing in", () => {
    expect(getNeeds(makeOrder()).length).toBe(1);
    expect(getNeeds(makeOrder({ report: "not needed" }))).toEqual([]);
    const order = makeOrder({ lines: [], must_sign: true, needs: { done: ["“Act” is missing."] } });
    expect(getNeeds(order)).toEqual(["signature of the customer", "“Act” is missing."]);
    expect(getOwnNeeds(order)).toEqual(["signature of the customer"]);
});

test("days: what is left of earlier ones, today, tomorrow, the next", () => {
    setup({ zone: "Europe/Moscow", lang: "en" });
    const late = makeOrder({ id: 3, start: NOW - 26 * HOUR, end: NOW - 25 * HOUR });
    const night = makeOrder({ id: 4, start: Date.UTC(2026, 10, 24, 20, 30) });
    const after = makeOrder({ id: 5, start: Date.UTC(2026, 10, 24, 21, 30) });
    const days = getDays([late, makeOrder(), night, after], NOW);
    expect(days.map((day) => [day.name, day.orders.map((order) => order.id)])).toEqual([
        ["Unfinished", [3]],
        ["Today", [1, 4]],
        ["Tomorrow", [5]],
    ]);
    expect(getHeadline(days[1], NOW)).toBe("Today, 2 jobs · next in 60 min");
    const [today] = getDays([makeOrder({ state: "on_the_way", start: NOW - HOUR })], NOW);
    expect(getHeadline(today, NOW, () => "On the Way")).toBe("Today, 1 job · On the Way");
    expect(getDays([], NOW).map((day) => day.name)).toEqual(["Today", "Tomorrow"]);
    expect(getLate(late, NOW)).toBe("26 h late");
    expect(getLate(makeOrder({ state: "done", start: NOW - HOUR }), NOW)).toBe("");
    expect(formatLate(5 * 60 * 1000)).toBe("5 min late");
});

test("a clock time is the performer's, also over the change to summer time", () => {
    setup({ zone: "Europe/Berlin", lang: "en" });
    expect(momentAt(Date.UTC(2026, 2, 29, 12), "10:00")).toBe(Date.UTC(2026, 2, 29, 8));
    expect(momentAt(Date.UTC(2026, 2, 28, 12), "10:00")).toBe(Date.UTC(2026, 2, 28, 9));
    setup({ zone: "America/New_York" });
    expect(momentAt(Date.UTC(2026, 10, 24, 3), "23:30")).toBe(Date.UTC(2026, 10, 24, 4, 30));
});

test("every kind of action has a name", () => {
    const day = makeDay(makeOrder());
    for (const kind of ["photo", "unphoto", "problems", "paper", "papers"]) {
        expect(describeAction(makeAction(kind), day)).not.toBe("");
    }
    const step = makeAction("step", { step: "refuse", reason: "ill" });
    expect(describeAction(step, day)).toBe("Refuse: ill");
});

test("photos travel as text, large ones too", () => {
    const bytes = new Uint8Array(100_000).fill(65);
    expect(atob(toBase64(bytes.buffer))).toBe("A".repeat(100_000));
});

/** A sender over a queue in memory; `answers` are given, or thrown, in turn. */
function makeSender(queue, answers) {
    const sent = [];
    const taken = [];
    const sender = new Sender({
        list: async () => [...queue],
        send: async (action) => {
            sent.push(action.key);
            const answer = answers.length ? answers.shift() : { state: "done" };
            if (answer instanceof Error) {
                throw answer;
            }
            return answer;
        },
        take: async (action, answer) => {
            taken.push([action.key, answer.state]);
            queue.splice(queue.findIndex((known) => known.id === action.id), 1);
        },
        update: async (action) => {
            queue[queue.findIndex((known) => known.id === action.id)] = action;
        },
        refresh: async () => {},
        changed: () => {},
        leave: async () => expect.step("leave"),
    });
    sender.withLock = (job) => job();
    sender.later = () => {};
    return { sender, sent, taken };
}

test("an empty day leads to the next one with jobs", () => {
    const late = makeOrder({ start: NOW - 30 * HOUR });
    const days = getDays([late, makeOrder({ start: NOW + 72 * HOUR })], NOW);
    const today = days.find((day) => day.name === "Today");
    expect(getNextDay(days, today).orders.length).toBe(1);
    expect(getNextDay(days, today).key).toBe("2026-11-27");
    expect(getNextDay(days, days.at(-1))).toBe(undefined);
});

test("who cannot do it reads own words, a further step its own", () => {
    expect(getCannotLabel({ name: "refuse", label: "Refuse" })).toBe("I cannot do it");
    expect(getCannotLabel({ name: "customer_absent", label: "x" })).toBe("Nobody is there");
    expect(getCannotLabel({ name: "measure", label: "Measure" })).toBe("Measure");
});

test("actions are sent in order, a refused one holds up nothing", async () => {
    const queue = [makeAction("photo"), makeAction("report"), makeAction("photo")];
    const keys = queue.map((action) => action.key);
    const { sender, taken } = makeSender(queue, [{ state: "done" }, { state: "refused" }]);
    await sender.run();
    expect(taken).toEqual([
        [keys[0], "done"],
        [keys[1], "refused"],
        [keys[2], "done"],
    ]);
    expect(sender.state).toBe("idle");
});

test("without connection everything stays, and the same key is sent again", async () => {
    const queue = [makeAction("photo"), makeAction("photo")];
    const [first, second] = queue.map((action) => action.key);
    const { sender, sent } = makeSender(queue, [new Unreachable()]);
    await sender.run();
    expect([sender.state, queue.length]).toEqual(["offline", 2]);
    await sender.run();
    expect(sent).toEqual([first, first, second]);
    expect(queue).toEqual([]);
});

test("pages of a server in trouble, or of a proxy, are no lost connection", async () => {
    const failWith = async (answer) => {
        mockFetch(answer);
        return call("/service/my-day/data").catch((error) => error.constructor);
    };
    const page = (status) => () => new Response("<h1>Sorry</h1>", { status });
    for (const status of [400, 403, 404, 413, 500, 200]) {
        expect(await failWith(page(status))).toBe(ServerFailed);
    }
    for (const status of [429, 502, 503, 504]) {
        expect(await failWith(page(status))).toBe(Busy);
    }
    expect(await failWith(() => Promise.reject(new TypeError("Failed to fetch")))).toBe(Unreachable);
    const error = { code: 100, message: "Session expired" };
    expect(await failWith(() => new Response(JSON.stringify({ error })))).toBe(LoggedOut);
    expect(await failWith(() => new Response('{"result": 7}'))).toBe(7);
});

test("while the server has a problem everything stays and goes on by itself", async () => {
    const queue = [makeAction("photo", {}, 1), makeAction("report", {}, 2)];
    const failures = [new Busy("502"), ...Array.from({ length: 8 }, () => new ServerFailed("500"))];
    const { sender } = makeSender(queue, failures);
    const refresh = sender.refresh;
    sender.refresh = () => Promise.reject(new ServerFailed("500"));
    let planned = 0;
    delete sender.later;
    const later = sender.later.bind(sender);
    sender.later = (...pause) => {
        later(...pause);
        clearTimeout(sender.timer);
        planned += 1;
    };
    for (let round = 1; round <= 9; round++) {
        await sender.run();
        expect([sender.state, sender.failure]).toEqual(["server", "server"]);
        expect(planned).toBe(round);
    }
    expect(queue.length).toBe(2);
    expect(queue.every((action) => action.stuck)).toBe(true);
    sender.refresh = refresh;
    await sender.retry(3); // what the timer does
    expect([queue, sender.state, sender.failure]).toEqual([[], "idle", ""]);
});

test("what is stuck gets one try more, and does not hold up the others", async () => {
    const bad = { ...makeAction("photo", {}, 1), tries: 4, stuck: true };
    const other = makeAction("report", {}, 2);
    const queue = [bad, other];
    const { sender, sent, taken } = makeSender(queue, [new ServerFailed("500")]);
    await sender.retry(3);
    expect(sent).toEqual([bad.key, other.key]);
    expect(taken).toEqual([[other.key, "done"]]);
    expect([sender.state, queue[0].stuck]).toEqual(["stuck", true]);
});

test("who is logged out sends nothing and loses nothing", async () => {
    const queue = [makeAction("photo")];
    const { sender } = makeSender(queue, [new LoggedOut()]);
    await sender.run();
    expect([sender.state, queue.length]).toEqual(["login", 1]);
    expect.verifySteps(["leave"]);
});

test("what the server cannot take is put aside; only its own visit waits for it", async () => {
    const bad = makeAction("photo", {}, 1);
    const behind = makeAction("report", {}, 1);
    const other = makeAction("report", {}, 2);
    const queue = [bad, behind, other];
    const failures = Array.from({ length: 4 }, () => new ServerFailed("500"));
    const { sender, taken } = makeSender(queue, failures);
    for (let round = 0; round < 4; round++) {
        await sender.run();
    }
    expect(taken).toEqual([[other.key, "done"]]);
    expect(sender.state).toBe("stuck");
    expect(queue.map((action) => action.key)).toEqual([bad.key, behind.key]);
    await sender.retry();
    expect(queue).toEqual([]);
    expect(sender.state).toBe("idle");
});

test("the tree changes as little as can be", () => {
    const list = (...keys) => h("ul", {}, keys.map((key) => h("li", { key }, key)));
    const root = list("a", "b", "c");
    const [, second] = root.children;
    morph(root, list("c", "b", "d"));
    expect([...root.children].map((child) => child.textContent)).toEqual(["c", "b", "d"]);
    expect(root.children[1]).toBe(second);
});

test("a handler is the newest one, and a text never markup", () => {
    const pressed = [];
    const button = (name) => h("button", { onclick: () => pressed.push(name) }, `<b>${name}</b>`);
    const first = button("old");
    morph(first, button("new"));
    first.click();
    expect(pressed).toEqual(["new"]);
    expect(first.textContent).toBe("<b>new</b>");
    expect(first.children.length).toBe(0);
});
