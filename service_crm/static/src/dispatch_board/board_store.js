/**
 * What the board knows: performers, orders, selection. Plain JavaScript; who draws asks
 * for `lines` and looks at `version`, which grows with every change of a row.
 */

import {
    GROUP_HEIGHT,
    hoursPerDay,
    LANE,
    overlap,
    packLanes,
    ROW_PADDING,
} from "./board_geometry";

const MOVABLE = new Set(["draft", "offered", "assigned", "on_the_way"]);
export const RISKS = { late: 0, soon: 1, none: 2 };

/** Whether a dispatcher may still change who comes and when. */
export function isMovable(order) {
    return order.movable ?? MOVABLE.has(order.state);
}

/** The most pressing first: late, soon, urgent, by deadline. */
export function byRisk(a, b) {
    return (
        RISKS[a.risk] - RISKS[b.risk] ||
        (b.priority || 0) - (a.priority || 0) ||
        (a.due || Infinity) - (b.due || Infinity) ||
        a.id - b.id
    );
}

export class BoardStore {
    /**
     * @param {Object} data answer of `action_load`
     * @param {Object} range `{start, stop}` that was asked for
     * @param {Boolean} isFiltered whether some jobs only were asked for
     */
    constructor(data, range, isFiltered = false) {
        this.data = data;
        this.range = range;
        this.isFiltered = isFiltered;
        this.rows = new Map(data.rows.map((row) => [row.id, row]));
        this.orders = new Map();
        this.waiting = new Map();
        this.byRow = new Map();
        this.versions = new Map();
        this.packed = new Map();
        this.extra = new Map();
        this.pending = new Set();
        this.fresh = new Set();
        this.proposed = new Map();
        this.waitingTotal = data.unplanned_total ?? data.unplanned.length;
        for (const order of data.orders) {
            this.orders.set(order.id, order);
            this._index(order);
        }
        for (const order of data.unplanned) {
            this.waiting.set(order.id, order);
        }
    }

    // ------------------------------------------------------------------ asking

    /** The order of that id, planned or not. */
    get(id) {
        return this.orders.get(id) || this.waiting.get(id);
    }

    /** Whether the order takes somebody's time within the range. */
    isShown(order) {
        return Boolean(
            order.performer &&
                order.start &&
                order.end &&
                overlap(order.start, order.end, this.range.start, this.range.stop)
        );
    }

    /** Whether nobody goes there yet, or it is not known when. */
    isWaiting(order) {
        return (
            (!order.performer || !order.start) &&
            (order.state === "draft" || order.state === "offered")
        );
    }

    /** The orders that take a performer's time, those of the crew included. */
    ordersOf(rowId) {
        return [...(this.byRow.get(rowId) || [])].map((id) => this.orders.get(id));
    }

    /** What waits to be planned, the most pressing first. */
    waitingOrders() {
        return [...this.waiting.values()].sort(byRisk);
    }

    /** A number that grows whenever the row has to be drawn again. */
    versionOf(rowId) {
        return this.versions.get(rowId) || 0;
    }

    /** Lane of each order of a row, and how many lanes there are. */
    lanesOf(rowId) {
        if (!this.packed.has(rowId)) {
            this.packed.set(rowId, packLanes(this.ordersOf(rowId)));
        }
        return this.packed.get(rowId);
    }

    /**
     * Lines from top to bottom: headings of groups, and rows below those that are open.
     *
     * @param {Set} folded ids of closed groups
     */
    lines(folded = new Set()) {
        const lines = [];
        const addRows = (rows, group) => {
            for (const row of rows) {
                lines.push({
                    key: `${group}-${row.id}`,
                    kind: "row",
                    row,
                    height: this.lanesOf(row.id).count * LANE + 2 * ROW_PADDING,
                });
            }
        };
        const groups = this.data.groups || [];
        if (!groups.length) {
            addRows(this.data.rows, "all");
            return lines;
        }
        for (const group of groups) {
            const rows = this.data.rows.filter((row) => row.groups.includes(group.id));
            if (rows.length) {
                const closed = folded.has(group.id);
                lines.push({
                    key: `group-${group.id}`,
                    kind: "group",
                    group,
                    count: rows.length,
                    load: Math.round(
                        rows.reduce((sum, row) => sum + this.loadOf(row.id), 0) / rows.length
                    ),
                    closed,
                    height: GROUP_HEIGHT,
                });
                if (!closed) {
                    addRows(rows, group.id);
                }
            }
        }
        return lines;
    }

    /** Others that take the performer's time then, more than can be done at once. */
    findOverload(rowId, start, end, except = new Set()) {
        const row = this.rows.get(rowId);
        const others = this.ordersOf(rowId).filter(
            (order) =>
                !except.has(order.id) &&
                order.state !== "cancelled" &&
                overlap(order.start, order.end, start, end)
        );
        const capacity = row?.capacity || 1;
        for (const moment of [start, ...others.map((order) => order.start)]) {
            const at = others.filter((order) => order.start <= moment && order.end > moment);
            if (moment >= start && moment < end && at.length >= capacity) {
                return at;
            }
        }
        return [];
    }

    /**
     * Those of these orders that somebody looking at the board can see.
     *
     * @param {number[]} ids
     * @param {Set} folded ids of closed groups
     * @param {boolean} paneOpen
     */
    findSeen(ids, folded, paneOpen) {
        const rows = new Set(this.lines(folded).map((line) => line.row?.id));
        return ids.filter((id) =>
            this.orders.has(id)
                ? rows.has(this.orders.get(id).performer)
                : paneOpen && this.waiting.has(id)
        );
    }

    // ------------------------------------------------------------------ load

    /** Hours that a performer works on each day, or nothing for any hour. */
    _workHours(row, axis) {
        if (!row.work) {
            return axis.days.map(() => 8);
        }
        const hours = axis.days.map(() => 0);
        for (const [start, end] of row.work) {
            hoursPerDay(axis, start, end).forEach((value, day) => (hours[day] += value));
        }
        return hours;
    }

    /** Percent of each day that is taken; local moves count at once. */
    loadDays(rowId) {
        const row = this.rows.get(rowId);
        const extra = this.extra.get(rowId);
        return (row?.load || []).map((percent, day) =>
            Math.max(0, Math.round(percent + (extra?.[day] || 0)))
        );
    }

    /** Percent of the shown working days that is taken. */
    loadOf(rowId) {
        const row = this.rows.get(rowId);
        const days = this.loadDays(rowId);
        if (!days.length) {
            return 0;
        }
        const worked = this.axis && row.work ? this._workHours(row, this.axis) : null;
        const total = worked?.reduce((sum, hours) => sum + hours, 0);
        if (!total) {
            return Math.round(days.reduce((sum, value) => sum + value, 0) / days.length);
        }
        return Math.round(
            days.reduce((sum, value, day) => sum + value * (worked[day] || 0), 0) / total
        );
    }

    _count(order, sign) {
        if (!this.axis || !order.start || !order.end) {
            return;
        }
        for (const rowId of this._rowsOf(order)) {
            const row = this.rows.get(rowId);
            if (row) {
                const worked = this._workHours(row, this.axis);
                const extra = this.extra.get(rowId) || worked.map(() => 0);
                hoursPerDay(this.axis, order.start, order.end).forEach((hours, day) => {
                    if (hours && worked[day]) {
                        const taken = (100 * hours) / worked[day] / (row.capacity || 1);
                        extra[day] += sign * taken;
                    }
                });
                this.extra.set(rowId, extra);
            }
        }
    }

    // ------------------------------------------------------------------ changing

    _rowsOf(order) {
        return new Set([order.performer, ...(order.booked || [])].filter(Boolean));
    }

    _touch(rowId) {
        this.versions.set(rowId, this.versionOf(rowId) + 1);
        this.packed.delete(rowId);
    }

    _index(order) {
        for (const rowId of this._rowsOf(order)) {
            if (!this.byRow.has(rowId)) {
                this.byRow.set(rowId, new Set());
            }
            this.byRow.get(rowId).add(order.id);
            this._touch(rowId);
        }
    }

    _forget(id) {
        this.proposed.delete(id);
        const order = this.orders.get(id);
        if (order) {
            for (const rowId of this._rowsOf(order)) {
                this.byRow.get(rowId)?.delete(id);
                this._touch(rowId);
            }
            this._count(order, -1);
            this.orders.delete(id);
        }
        if (this.waiting.delete(id)) {
            this.waitingTotal -= 1;
        }
    }

    /** Put orders where they belong now: on the board, into the pane or away. */
    apply(orders) {
        for (const order of orders) {
            this._forget(order.id);
            if (this.isShown(order)) {
                this.orders.set(order.id, order);
                this._index(order);
                this._count(order, 1);
            } else if (this.isWaiting(order)) {
                this.waiting.set(order.id, order);
                this.waitingTotal += 1;
            }
        }
    }

    /**
     * Show a proposal as if it were the plan. It is only looked at: who changes one of
     * these orders meanwhile is shown as it is.
     *
     * @param {Object[]} moves with the `kind` of change
     * @param {Object[]} orders those that the board did not know yet
     */
    propose(moves, orders = []) {
        const known = new Map(orders.map((order) => [order.id, order]));
        for (const move of moves) {
            const order = this.get(move.id) || known.get(move.id);
            if (order) {
                const { performer, start, end } = order;
                const leaves = performer && start && { id: order.id, performer, start, end };
                const members = this.rows.get(move.performer)?.members || [];
                const helpers = move.helpers || [];
                this.apply([
                    {
                        ...order,
                        performer: move.performer,
                        booked: [move.performer, ...members, ...helpers].filter(Boolean),
                        start: move.start,
                        end: move.end,
                        travel: false,
                        movable: false,
                    },
                ]);
                const title = order.customer || order.name;
                this.proposed.set(order.id, { kind: move.kind, leaves, title });
            }
        }
        this.data.may_plan = false;
    }

    /** Where visits of a performer stand now that would be elsewhere. */
    leavesOf(rowId) {
        return [...this.proposed.values()]
            .filter(({ leaves }) => leaves && leaves.performer === rowId)
            .map(({ leaves, kind, title }) => ({ ...leaves, kind, title }));
    }

    /** Take away what is not to be shown any more. */
    remove(ids) {
        ids.forEach((id) => this._forget(id));
    }

    /**
     * Show moves before the server has said yes.
     *
     * @returns {Object[]} the orders as they were, for {@link apply}
     */
    anticipate(moves) {
        const before = [];
        const after = [];
        for (const move of moves) {
            const order = this.get(move.id);
            if (order) {
                before.push(order);
                this.pending.add(order.id);
                const members = this.rows.get(move.performer)?.members || [];
                after.push({
                    ...order,
                    performer: move.performer,
                    booked:
                        move.performer === order.performer
                            ? order.booked
                            : [move.performer, ...members].filter(Boolean),
                    start: move.performer ? move.start : false,
                    end: move.performer ? move.end : false,
                    travel: false,
                });
            }
        }
        this.apply(after);
        return before;
    }

    /** The moves were decided: nothing of them is open any more. */
    settle(moves) {
        for (const { id } of moves) {
            this.pending.delete(id);
            const order = this.orders.get(id);
            for (const rowId of order ? this._rowsOf(order) : []) {
                this._touch(rowId);
            }
        }
    }

    /** Draw the rows of these orders again. */
    touchOrders(ids) {
        for (const id of ids) {
            const order = this.orders.get(id);
            for (const rowId of order ? this._rowsOf(order) : []) {
                this.versions.set(rowId, this.versionOf(rowId) + 1);
            }
        }
    }
}
