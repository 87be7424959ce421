/**
 * Where things are on the board: plain functions of times, hours and pixels.
 *
 * Days stand side by side and show the same hours of the day each, so a night that
 * nobody works takes no room. All times are milliseconds since 1970 in UTC.
 */

const { DateTime } = luxon;

export const MINUTE = 60000;
export const HOUR = 60 * MINUTE;
export const STEP = 15 * MINUTE;
export const LANE = 44;
export const ROW_PADDING = 4;
export const GROUP_HEIGHT = 30;
const MIN_BAR = 10;
const QUIET_SHARE = 0.25;

/**
 * The hours of the day that have to be shown.
 *
 * @param {Object[]} rows with `work`: intervals, or false when any hour will do
 * @param {Object[]} orders planned ones; those over midnight do not count
 * @returns {[number, number]} first and last hour
 */
export function pickHours(rows, orders, zone, [least, most] = [8, 18]) {
    let [from, to] = [least, most];
    const widen = (start, end) => {
        const first = DateTime.fromMillis(start, { zone });
        const last = DateTime.fromMillis(end - 1, { zone });
        if (first.hasSame(last, "day")) {
            from = Math.min(from, first.hour);
            to = Math.max(to, last.hour + 1);
        }
    };
    const seen = new Set();
    for (const row of rows) {
        for (const [start, end] of row.work || []) {
            const key = `${start}-${end}`;
            if (!seen.has(key)) {
                seen.add(key);
                widen(start, end);
            }
        }
    }
    for (const order of orders) {
        if (order.start && order.end) {
            widen(order.start, order.end);
        }
    }
    return [from, to];
}

/** Midnights of the days on which nobody works and nothing is planned. */
export function findQuietDays({ start, stop }, rows, orders, zone) {
    const quiet = new Set();
    let day = DateTime.fromMillis(start, { zone });
    while (day.toMillis() < stop) {
        const next = day.plus({ days: 1 });
        const [from, to] = [day.toMillis(), next.toMillis()];
        const worked = (parts) => parts.some((part) => overlap(from, to, part[0], part[1]));
        if (
            !rows.some((row) => !row.work || worked(row.work)) &&
            !orders.some((order) => overlap(from, to, order.start, order.end))
        ) {
            quiet.add(from);
        }
        day = next;
    }
    // A board of closed days only is shown as it is.
    return quiet.size * 24 * HOUR < stop - start - 2 * HOUR ? quiet : new Set();
}

/**
 * The line of time.
 *
 * @param {Object} params
 * @param {number} params.start midnight of the first day
 * @param {number} params.stop midnight after the last day
 * @param {[number, number]} params.hours that each day shows
 * @param {number} params.room pixels there are
 * @param {number} params.minHour pixels that an hour needs at least
 * @param {Set} [params.quiet] midnights of days nobody works: they get less room
 */
export function buildAxis({ start, stop, zone, hours, room, minHour, quiet = new Set() }) {
    const days = [];
    let shown = 0;
    for (
        let day = DateTime.fromMillis(start, { zone });
        day.toMillis() < stop;
        day = day.plus({ days: 1 })
    ) {
        const from = day.set({ hour: hours[0] }).toMillis();
        const to =
            hours[1] === 24
                ? day.plus({ days: 1 }).toMillis()
                : day.set({ hour: hours[1] }).toMillis();
        const share = quiet.has(day.toMillis()) ? QUIET_SHARE : 1;
        days.push({ index: days.length, midnight: day.toMillis(), from, to, share });
        shown += ((to - from) / HOUR) * share;
    }
    const hour = Math.max(minHour, shown ? room / shown : minHour);
    let x = 0;
    for (const day of days) {
        day.x = x;
        day.hour = hour * day.share;
        day.width = ((day.to - day.from) / HOUR) * day.hour;
        x += day.width;
    }
    return { start, stop, zone, hours, days, hour, width: x };
}

/** Where a time is; hidden hours lie where their day ends. */
export function timeToX(axis, time) {
    for (const day of axis.days) {
        if (time < day.from) {
            return day.x;
        }
        if (time <= day.to) {
            return day.x + ((time - day.from) / HOUR) * day.hour;
        }
    }
    return axis.width;
}

/** The day below a place, the nearest one when it is outside. */
export function dayAt(axis, x) {
    return axis.days.find((day) => x < day.x + day.width) || axis.days.at(-1);
}

/** The time at a place. */
export function xToTime(axis, x) {
    const day = dayAt(axis, x);
    return Math.min(day.to, Math.max(day.from, day.from + ((x - day.x) / day.hour) * HOUR));
}

/** The nearest quarter of an hour, counted from where the days begin. */
export function snap(axis, time, step = STEP) {
    const { midnight } =
        axis.days.findLast((day) => day.midnight <= time) || axis.days[0];
    return midnight + Math.round((time - midnight) / step) * step;
}

/** The quarter of an hour at a place. */
export function snapX(axis, x) {
    return snap(axis, xToTime(axis, x));
}

/** The same hour of the day that many days later, also when the clocks change. */
export function addDays(axis, time, days) {
    return DateTime.fromMillis(time, { zone: axis.zone }).plus({ days }).toMillis();
}

/** Left side and width of what lasts from `start` to `end`. */
export function place(axis, start, end, least = MIN_BAR) {
    const x = timeToX(axis, start);
    const width = Math.max(timeToX(axis, end) - x, least);
    return { x: Math.min(x, axis.width - least), width };
}

/** Whether two stretches of time have a moment in common; no bound: for ever. */
export function overlap(start, end, from, to) {
    return (to === null || to === false || start < to) && (!from || end > from);
}

/**
 * Lanes of a row, so that bars at the same time do not hide each other.
 *
 * @param {Object[]} bars with `id`, `start` and `end`
 * @returns {{lanes: Map<number, number>, count: number}}
 */
export function packLanes(bars) {
    const lanes = new Map();
    const ends = [];
    const sorted = [...bars].sort((a, b) => a.start - b.start || a.end - b.end || a.id - b.id);
    for (const bar of sorted) {
        let lane = ends.findIndex((end) => end <= bar.start);
        if (lane < 0) {
            lane = ends.length;
        }
        ends[lane] = bar.end;
        lanes.set(bar.id, lane);
    }
    return { lanes, count: Math.max(ends.length, 1) };
}

/** Where each line begins, and where all of them end. */
export function stackLines(lines) {
    const tops = [];
    let top = 0;
    for (const line of lines) {
        tops.push(top);
        top += line.height;
    }
    return { tops, height: top };
}

/** The line at a height. */
export function lineAt(tops, y) {
    let low = 0;
    let high = tops.length - 1;
    while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (tops[middle] <= y) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

/** The lines that have to be drawn for a window: `[first, after last]`. */
export function visibleLines(tops, top, height, spare) {
    if (!tops.length) {
        return [0, 0];
    }
    return [lineAt(tops, top - spare), lineAt(tops, top + height + spare) + 1];
}

/**
 * Stretches of the line of time that are not worked, as a CSS background.
 *
 * @param {Array|false} work intervals in order
 */
export function shadeBackground(axis, work, colour = "var(--o-board-off)") {
    if (!work) {
        return "none";
    }
    const stops = [];
    const paint = (from, to) => {
        if (to - from > 0.5) {
            const [left, right] = [from.toFixed(1), to.toFixed(1)];
            stops.push(`transparent ${left}px, ${colour} ${left}px`);
            stops.push(`${colour} ${right}px, transparent ${right}px`);
        }
    };
    let x = 0;
    for (const [start, end] of work) {
        const [left, right] = [timeToX(axis, start), timeToX(axis, end)];
        if (right > left) {
            paint(x, left);
            x = Math.max(x, right);
        }
    }
    paint(x, axis.width);
    return stops.length ? `linear-gradient(to right, ${stops.join(", ")})` : "none";
}

/** Hours of the working time that a stretch takes from each day. */
export function hoursPerDay(axis, start, end) {
    return axis.days.map((day, index) => {
        const next = axis.days[index + 1]?.midnight ?? axis.stop;
        return Math.max(0, Math.min(end, next) - Math.max(start, day.midnight)) / HOUR;
    });
}
