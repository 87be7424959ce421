import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime } from "@web/core/l10n/dates";

/** "today 14:30", "in 40 min", "2 days late" and the full date. */
export function getDeadline(step) {
    if (!step.deadline) {
        return null;
    }
    const due = deserializeDateTime(step.deadline);
    const minutes = Math.round(due.diffNow("minutes").minutes);
    const days = Math.round(due.startOf("day").diff(luxon.DateTime.now().startOf("day"), "days").days);
    let text;
    if (days === -1) {
        text = _t("1 day late");
    } else if (days < 0) {
        text = _t("%s days late", -days);
    } else if (minutes < 0) {
        text = _t("late since %s", due.toLocaleString(luxon.DateTime.TIME_SIMPLE));
    } else if (minutes < 60) {
        text = _t("in %s min", minutes);
    } else if (days === 0) {
        text = _t("today %s", due.toLocaleString(luxon.DateTime.TIME_SIMPLE));
    } else if (days === 1) {
        text = _t("tomorrow %s", due.toLocaleString(luxon.DateTime.TIME_SIMPLE));
    } else {
        text = due.toLocaleString({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    }
    return {
        text,
        full: due.toLocaleString(luxon.DateTime.DATETIME_MED),
        look: minutes < 0 ? "text-bg-danger" : minutes < 240 ? "text-bg-warning" : "text-bg-light border",
    };
}

const STATE_LOOKS = {
    open: "text-bg-secondary",
    progress: "text-bg-info",
    waiting: "text-bg-warning",
    failed: "text-bg-danger",
};

export function getStateLook(step) {
    return STATE_LOOKS[step.state] || "text-bg-light";
}

/** What a result button says. */
export function getResultLabel(result) {
    return result.name || _t("Complete");
}
