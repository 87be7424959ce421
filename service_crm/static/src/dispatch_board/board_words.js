import { _t } from "@web/core/l10n/translation";
import { HOUR, MINUTE } from "./board_geometry";

const { DateTime, Interval } = luxon;

/** States by their words; colours alone tell nothing on paper. */
export const STATE_WORDS = {
    draft: _t("not given yet"),
    offered: _t("offered"),
    assigned: _t("assigned"),
    on_the_way: _t("on the way"),
    in_progress: _t("under way"),
    done: _t("done"),
    closed: _t("closed"),
    cancelled: _t("cancelled"),
};

/** Colour of a bar: what went wrong counts more than how far it is. */
export function toneOf(order) {
    if (order.state === "done" || order.state === "closed") {
        return "done";
    }
    if (order.risk === "late") {
        return "late";
    }
    if (order.risk === "soon") {
        return "soon";
    }
    return order.state === "on_the_way" || order.state === "in_progress" ? "busy" : "planned";
}

/** Whether somebody still has to say yes to the time. */
export function isTentative(order) {
    return order.slot === "tentative" && ["draft", "offered", "assigned"].includes(order.state);
}

function at(time, zone) {
    return DateTime.fromMillis(time, { zone });
}

export function formatTime(time, zone) {
    return at(time, zone).toLocaleString(DateTime.TIME_SIMPLE);
}

/** 10:00 – 11:30 */
export function formatTimes(start, end, zone) {
    const interval = Interval.fromDateTimes(at(start, zone), at(end, zone));
    return interval.toLocaleString(DateTime.TIME_SIMPLE);
}

/** Tue 24 Nov, 10:00 – 11:30 */
export function formatRange(start, end, zone) {
    const [first, last] = [at(start, zone), at(end, zone)];
    const day = (moment) =>
        moment.toLocaleString({ weekday: "short", day: "numeric", month: "short" });
    if (first.hasSame(last.minus(1), "day")) {
        return `${day(first)}, ${formatTimes(start, end, zone)}`;
    }
    return `${day(first)} ${formatTime(start, zone)} – ${day(last)} ${formatTime(end, zone)}`;
}

/** 1 h 30 min */
export function formatLength(milliseconds) {
    const minutes = Math.round(milliseconds / MINUTE);
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    if (!hours) {
        return _t("%(minutes)s min", { minutes: rest });
    }
    return rest
        ? _t("%(hours)s h %(minutes)s min", { hours, minutes: rest })
        : _t("%(hours)s h", { hours });
}

/** How a deadline is told: 2 h late, due in 40 min, due Tue 16:00. */
export function formatDue(due, now, zone) {
    if (!due) {
        return "";
    }
    const [moment, present] = [at(due, zone), at(now, zone)];
    const left = due - now;
    const days = Math.round(
        moment.startOf("day").diff(present.startOf("day"), "days").days
    );
    if (left < 0) {
        const late = -left;
        return late < 24 * HOUR
            ? _t("%s late", formatLength(late < 3 * HOUR ? late : late - (late % HOUR)))
            : _t("%s days late", Math.floor(late / (24 * HOUR)));
    }
    if (left < HOUR) {
        return _t("due in %s", formatLength(left));
    }
    const time = formatTime(due, zone);
    if (days === 0) {
        return _t("due today %s", time);
    }
    if (days === 1) {
        return _t("due tomorrow %s", time);
    }
    if (days < 7) {
        return _t("due %s", `${moment.toFormat("ccc")} ${time}`);
    }
    return _t("due %s", moment.toLocaleString({ day: "numeric", month: "short" }));
}

/** From when to when the customer expects somebody. */
export function formatWindow([from, to], zone) {
    if (from && to) {
        return formatRange(from, to, zone);
    }
    const one = (time) =>
        `${at(time, zone).toLocaleString({ weekday: "short", day: "numeric", month: "short" })} ` +
        formatTime(time, zone);
    if (from) {
        return _t("not before %s", one(from));
    }
    return to ? _t("until %s", one(to)) : "";
}

/** 14 min, 8.2 km */
export function formatTravel([seconds, metres]) {
    const time = formatLength(Math.max(MINUTE, seconds * 1000));
    return metres
        ? _t("%(time)s, %(distance)s km", {
              time,
              distance: (metres / 1000).toLocaleString(undefined, { maximumFractionDigits: 1 }),
          })
        : time;
}

/** Everything a bar shows, as one sentence for who does not see it. */
export function describeOrder(order, performer, zone, now) {
    const parts = [order.customer || order.name, order.services, order.place];
    if (order.start && order.end) {
        parts.push(formatRange(order.start, order.end, zone));
    }
    parts.push(performer || _t("nobody yet"), String(STATE_WORDS[order.state]));
    if (Number(order.priority)) {
        parts.push(_t("urgent"));
    }
    if (isTentative(order)) {
        parts.push(_t("to be confirmed"));
    }
    if (order.confirmed) {
        parts.push(_t("confirmed by the customer"));
    }
    if (order.risk !== "none") {
        parts.push(
            order.due ? formatDue(order.due, now, zone) : order.risk === "late" ? _t("late") : ""
        );
    }
    return parts.filter(Boolean).join(", ");
}
