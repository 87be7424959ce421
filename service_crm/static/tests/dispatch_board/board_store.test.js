import { describe, expect, test } from "@odoo/hoot";

import { HOUR, STEP } from "@service_crm/dispatch_board/board_geometry";
import { isChange, judge, resizeMove, shiftMoves, stackMoves } from "@service_crm/dispatch_board/board_moves";
import { BoardStore } from "@service_crm/dispatch_board/board_store";

describe.current.tags("headless");

const NINE = 9 * HOUR;

function buildOrder(id, values = {}) {
    return {
        id,
        name: `WO/${id}`,
        version: 1,
        performer: 1,
        booked: values.performer === false ? [] : [values.performer || 1],
        state: "draft",
        priority: "0",
        risk: "none",
        start: NINE,
        end: NINE + HOUR,
        hours: 1,
        window: [false, false],
        customer: `Customer ${id}`,
        movable: true,
        ...values,
    };
}

function buildStore({ orders = [], unplanned = [], groups = [], rows } = {}) {
    return new BoardStore(
        {
            groups,
            rows: rows || [
                { id: 1, name: "Sergey", groups: [7], capacity: 1, members: [], leaves: [], load: [50] },
                { id: 2, name: "Oleg", groups: [7, 8], capacity: 2, members: [], leaves: [], load: [0] },
            ],
            orders,
            unplanned,
            unplanned_total: unplanned.length,
            may_plan: true,
        },
        { start: 0, stop: 24 * HOUR }
    );
}

test("idle performers have a line, and one in each of their groups", () => {
    const store = buildStore({
        groups: [
            { id: 7, name: "Lifts" },
            { id: 8, name: "Doors" },
        ],
    });
    const words = (lines) => lines.map((line) => line.group?.name || line.row.name);
    expect(words(store.lines())).toEqual(["Lifts", "Sergey", "Oleg", "Doors", "Oleg"]);
    expect(words(store.lines(new Set([7])))).toEqual(["Lifts", "Doors", "Oleg"]);
});

test("an order that is moved changes both rows and no other", () => {
    const store = buildStore({ orders: [buildOrder(1)] });
    const before = [store.versionOf(1), store.versionOf(2)];
    store.apply([buildOrder(1, { performer: 2, booked: [2], version: 2 })]);
    expect(store.ordersOf(1)).toEqual([]);
    expect(store.ordersOf(2).map(({ id }) => id)).toEqual([1]);
    expect(store.versionOf(1)).toBeGreaterThan(before[0]);
    expect(store.versionOf(2)).toBeGreaterThan(before[1]);
});

test("what is taken off the plan waits in the pane, what is cancelled is gone", () => {
    const store = buildStore({ orders: [buildOrder(1), buildOrder(2)] });
    store.apply([buildOrder(1, { performer: false, start: false, end: false })]);
    expect(store.waitingOrders().map(({ id }) => id)).toEqual([1]);
    expect(store.waitingTotal).toBe(1);
    store.apply([buildOrder(1, { performer: false, start: false, state: "cancelled" })]);
    expect(store.waitingTotal).toBe(0);
    store.remove([2]);
    expect(store.get(2)).toBe(undefined);
});

test("the most pressing job waits on top", () => {
    const wait = { performer: false, start: false, end: false };
    const store = buildStore({
        unplanned: [
            buildOrder(1, wait),
            buildOrder(2, { ...wait, risk: "soon", due: 5 }),
            buildOrder(3, { ...wait, priority: "1" }),
            buildOrder(4, { ...wait, risk: "late", due: 4 }),
            buildOrder(5, { ...wait, risk: "late", due: 3 }),
        ],
    });
    expect(store.waitingOrders().map(({ id }) => id)).toEqual([5, 4, 2, 3, 1]);
});

test("what was shown before the answer is put back when the server says no", () => {
    const store = buildStore({ orders: [buildOrder(1)] });
    const moves = [{ id: 1, version: 1, performer: 2, start: NINE, end: NINE + HOUR }];
    const before = store.anticipate(moves);
    expect(store.get(1).performer).toBe(2);
    expect(store.pending.has(1)).toBe(true);
    store.settle(moves);
    store.apply(before);
    expect(store.get(1).performer).toBe(1);
    expect(store.pending.size).toBe(0);
});

test("everybody of a crew is busy with its visit", () => {
    const store = buildStore({ orders: [buildOrder(1, { performer: 2, booked: [1, 2] })] });
    expect(store.ordersOf(1).map(({ id }) => id)).toEqual([1]);
    expect(store.findOverload(1, NINE, NINE + HOUR)).toHaveLength(1);
});

test("as many at once as the performer can do", () => {
    const store = buildStore({
        orders: [buildOrder(1), buildOrder(2, { performer: 2 }), buildOrder(3, { performer: 2 })],
    });
    expect(store.findOverload(1, NINE - HOUR, NINE)).toEqual([]);
    expect(store.findOverload(1, NINE - HOUR, NINE + STEP)).toHaveLength(1);
    expect(store.findOverload(1, NINE, NINE + HOUR, new Set([1]))).toEqual([]);
    expect(store.findOverload(2, NINE, NINE + STEP)).toHaveLength(2);
    expect(store.findOverload(2, NINE, NINE + STEP, new Set([3]))).toEqual([]);
});

test("bars moved together keep their distance, in time and in rows", () => {
    const held = buildOrder(1);
    const later = buildOrder(2, { start: NINE + 2 * HOUR, end: NINE + 3 * HOUR });
    const other = buildOrder(3, { performer: 2 });
    const target = { performer: 2, start: NINE + HOUR };
    expect(
        shiftMoves(held, [held, later], target, [1, 2, 3]).map((m) => [m.performer, m.start])
    ).toEqual([
        [2, NINE + HOUR],
        [2, NINE + 3 * HOUR],
    ]);
    expect(
        shiftMoves(held, [held, other], target, [1, 2, 3]).map((m) => m.performer)
    ).toEqual([2, 3]);
    expect(
        shiftMoves(held, [held, other], target, [1, 2]).map((m) => m.performer)
    ).toEqual([2, 2]);
});

test("what is in a closed group, off the page or in a closed pane cannot be seen", () => {
    const wait = { performer: false, start: false, end: false };
    const store = buildStore({
        groups: [
            { id: 7, name: "Lifts" },
            { id: 8, name: "Doors" },
        ],
        orders: [buildOrder(1), buildOrder(2, { performer: 2 })],
        unplanned: [buildOrder(3, wait)],
    });
    const ids = [1, 2, 3, 99];
    expect(store.findSeen(ids, new Set(), true)).toEqual([1, 2, 3]);
    expect(store.findSeen(ids, new Set([7]), false)).toEqual([2]);
    expect(store.findSeen(ids, new Set([7, 8]), true)).toEqual([3]);
});

test("jobs of the pane are planned one after the other", () => {
    const wait = { performer: false, start: false, end: false };
    const moves = stackMoves(
        [buildOrder(1, { ...wait, hours: 1.5 }), buildOrder(2, { ...wait, hours: 0.1 })],
        { performer: 2, start: NINE }
    );
    expect(moves.map((m) => [m.start - NINE, m.end - NINE])).toEqual([
        [0, 1.5 * HOUR],
        [1.5 * HOUR, 1.5 * HOUR + STEP],
    ]);
});

test("a bar is never pulled shorter than a quarter of an hour", () => {
    const order = buildOrder(1);
    expect(resizeMove(order, "end", NINE - HOUR).end).toBe(NINE + STEP);
    expect(resizeMove(order, "start", NINE + 5 * HOUR).start).toBe(NINE + HOUR - STEP);
    const store = buildStore({ orders: [order] });
    expect(isChange([resizeMove(order, "end", order.end)], store)).toBe(false);
    expect(isChange([resizeMove(order, "end", order.end + STEP)], store)).toBe(true);
});

test("what speaks against a place is known while hovering", () => {
    const store = buildStore({ orders: [buildOrder(1), buildOrder(2, { performer: 2 })] });
    const landing = {
        all: [[NINE + 8 * HOUR, null, "reason", "After the deadline", "start"]],
        rows: {
            2: [
                [null, null, "reason", "Lacks the skill", "any"],
                [NINE + 3 * HOUR, NINE + 4 * HOUR, "reason", "Break", "edges"],
            ],
        },
    };
    const ask = (performer, start, hours = 1) =>
        judge(
            landing,
            { id: 1, performer, start, end: start + hours * HOUR },
            store,
            new Set([1]),
            (others) => `busy ${others.length}`
        );
    expect(ask(1, NINE)).toEqual({ refused: [], reasons: [] });
    expect(ask(1, NINE + 8 * HOUR).reasons).toEqual(["After the deadline"]);
    expect(ask(1, NINE + 7.5 * HOUR).reasons).toEqual([]);
    expect(ask(2, NINE).reasons).toEqual(["Lacks the skill"]);
    expect(ask(2, NINE + 3.5 * HOUR).reasons).toEqual(["Lacks the skill", "Break"]);
    expect(ask(2, NINE + 2 * HOUR, 4).reasons).toEqual(["Lacks the skill"]);
    store.apply([buildOrder(3, { performer: 2 })]);
    expect(ask(2, NINE).refused).toEqual(["busy 2"]);
});
