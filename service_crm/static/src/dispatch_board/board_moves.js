/**
 * Moves: what a drag, a key or a drop asks of the server. Plain functions.
 *
 * A move is `{id, version, performer, start, end}`; `performer: false` puts the job
 * back among those that wait.
 */

import { HOUR, MINUTE, overlap, STEP } from "./board_geometry";

/** How long the job takes, in milliseconds. */
export function lengthOf(order) {
    return order.start && order.end
        ? order.end - order.start
        : Math.max(STEP, Math.round(((order.hours || 1) * HOUR) / STEP) * STEP);
}

/** The order as it is now, as a move. */
export function moveOf(order, changes = {}) {
    return {
        id: order.id,
        version: order.version,
        performer: order.performer || false,
        start: order.start || false,
        end: order.end || false,
        ...changes,
    };
}

/**
 * Several bars moved together: the one held decides, the others keep their distance.
 *
 * @param {Object} held the order under the pointer
 * @param {Object[]} orders all that move, `held` included
 * @param {Object} target `{performer, start}` of the held one
 * @param {number[]} rowIds performers from top to bottom
 */
export function shiftMoves(held, orders, target, rowIds) {
    const later = target.start - held.start;
    const down = rowIds.indexOf(target.performer) - rowIds.indexOf(held.performer);
    const sameRow = orders.every((order) => order.performer === held.performer);
    return orders.map((order) => {
        const index = rowIds.indexOf(order.performer) + down;
        const performer = sameRow
            ? target.performer
            : rowIds[Math.min(rowIds.length - 1, Math.max(0, index))];
        return moveOf(order, {
            performer,
            start: order.start + later,
            end: order.end + later,
        });
    });
}

/** Jobs from the pane dropped at once: one after the other. */
export function stackMoves(orders, target) {
    let { start } = target;
    return orders.map((order) => {
        const end = start + lengthOf(order);
        const move = moveOf(order, { performer: target.performer, start, end });
        start = end;
        return move;
    });
}

/** Back to those that wait. */
export function returnMoves(orders) {
    return orders.map((order) =>
        moveOf(order, { performer: false, start: false, end: false })
    );
}

/** One side of a bar pulled; a quarter of an hour is the least. */
export function resizeMove(order, side, time) {
    return side === "start"
        ? moveOf(order, { start: Math.min(time, order.end - STEP) })
        : moveOf(order, { end: Math.max(time, order.start + STEP) });
}

/** Whether the moves would change anything. */
export function isChange(moves, store) {
    return moves.some((move) => {
        const order = store.get(move.id);
        return (
            (order.performer || false) !== move.performer ||
            (order.start || false) !== move.start ||
            (order.end || false) !== move.end
        );
    });
}

/** Whether a time falls into a stretch; no bound: for ever. */
function within(time, from, to) {
    return (!from || time >= from) && (!to || time < to);
}

const TOUCHES = {
    /** The visit has a moment in common with it. */
    any: (move, from, to) => overlap(move.start, move.end, from, to),
    /** The visit begins in it. */
    start: (move, from, to) => within(move.start, from, to),
    /** The visit begins or ends in it: a break in the middle is none. */
    edges: (move, from, to) =>
        within(move.start, from, to) || within(move.end - MINUTE, from, to),
};

/**
 * What speaks against a place, by what the server told about it and what is drawn.
 *
 * @param {Object|null} landing answer of `action_landing`, null while it is on its way
 * @param {Object} move of the order
 * @param {Object} store what is drawn
 * @param {Set} moving ids of all orders that move
 * @param {Function} full words for other visits at that time
 * @returns {{refused: string[], reasons: string[]}}
 */
export function judge(landing, move, store, moving, full) {
    const refused = [];
    const reasons = [];
    const overload = store.findOverload(move.performer, move.start, move.end, moving);
    if (overload.length) {
        refused.push(full(overload));
    }
    const told = landing
        ? [...(landing.all || []), ...(landing.rows?.[move.performer] || [])]
        : (store.rows.get(move.performer)?.leaves || []).map(([from, to, text]) => [
              from,
              to,
              "reason",
              text,
              "any",
          ]);
    for (const [from, to, kind, text, how] of told) {
        if ((TOUCHES[how] || TOUCHES.any)(move, from, to)) {
            if (kind !== "refused") {
                reasons.push(text);
            } else if (!overload.length) {
                refused.push(text);
            }
        }
    }
    return { refused: [...new Set(refused)], reasons: [...new Set(reasons)] };
}
