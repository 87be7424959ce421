import { localization } from "@web/core/l10n/localization";
import { browser } from "@web/core/browser/browser";

const KEY = "service_crm.dispatch_board";
const { DateTime } = luxon;

/** The first midnight of what is shown; a week begins as the reader's weeks do. */
export function firstDay(date, days) {
    const day = date.startOf("day");
    if (days !== 7) {
        return day;
    }
    return day.minus({ days: (day.weekday - localization.weekStart + 7) % 7 });
}

/** Start and stop in milliseconds. */
export function rangeOf(date, days) {
    const start = firstDay(date, days);
    return { start: start.toMillis(), stop: start.plus({ days }).toMillis() };
}

/** Earlier or later by what is shown. */
export function turnPage(start, days, by, zone) {
    return DateTime.fromMillis(start, { zone }).plus({ days: by * days });
}

/** How this person last looked at the board, on this computer. */
export function recall() {
    try {
        return JSON.parse(browser.localStorage.getItem(KEY)) || {};
    } catch {
        return {};
    }
}

export function remember(choices) {
    browser.localStorage.setItem(KEY, JSON.stringify(choices));
}
