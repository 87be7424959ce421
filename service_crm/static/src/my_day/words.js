/** Words, numbers and times as the performer reads them. */

const settings = { words: {}, lang: "en", zone: undefined };

/** @param {{words?: Object, lang?: string, zone?: string}} given */
export function setup(given) {
    Object.assign(settings, given);
}

/** The text in the performer's language, with `%(name)s` filled in. */
export function _t(text, values = {}) {
    const found = settings.words[text] || text;
    return found.replace(/%\((\w+)\)s/g, (all, name) => values[name] ?? all);
}

function format(moment, options) {
    const asked = { timeZone: settings.zone, ...options };
    return new Intl.DateTimeFormat(settings.lang, asked).format(moment);
}

/** `10:30` on the performer's clock. */
export function formatTime(moment) {
    return format(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** `Wed 25 Nov` */
export function formatDay(moment) {
    return format(moment, { weekday: "short", day: "numeric", month: "short" });
}

/** `1.5` as the language writes it. */
export function formatNumber(number) {
    return new Intl.NumberFormat(settings.lang, { maximumFractionDigits: 3 }).format(number);
}

/** The day of a moment in the performer's zone, as `2026-11-25`. */
export function dayOf(moment) {
    const { year, month, day } = partsOf(moment);
    return `${year}-${month}-${day}`;
}

function partsOf(moment) {
    const parts = new Intl.DateTimeFormat("en-GB", {
        timeZone: settings.zone,
        hourCycle: "h23",
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
    }).formatToParts(moment);
    return Object.fromEntries(parts.map((part) => [part.type, part.value]));
}

/** Milliseconds the zone is ahead of UTC at that moment. */
function offsetAt(moment) {
    const { year, month, day, hour, minute, second } = partsOf(moment);
    const shown = Date.UTC(year, month - 1, day, hour, minute, second);
    return shown - Math.floor(moment / 1000) * 1000;
}

/** The moment a clock shows `HH:MM`, on the day of `near` in the performer's zone. */
export function momentAt(near, clock) {
    const { year, month, day } = partsOf(near);
    const [hour, minute] = clock.split(":");
    const shown = Date.UTC(year, month - 1, day, hour, minute);
    const first = shown - offsetAt(shown);
    return shown - offsetAt(first);
}

/** `in 25 min`, `in 3 h`, as people say it. */
export function formatAhead(milliseconds) {
    const minutes = Math.round(milliseconds / 60000);
    if (minutes < 1) {
        return _t("now");
    }
    if (minutes < 90) {
        return _t("in %(count)s min", { count: minutes });
    }
    return _t("in %(count)s h", { count: Math.round(minutes / 60) });
}

/** `5 min late`, `2 h late` */
export function formatLate(milliseconds) {
    const minutes = Math.round(milliseconds / 60000);
    if (minutes < 90) {
        return _t("%(count)s min late", { count: minutes });
    }
    if (minutes < 36 * 60) {
        return _t("%(count)s h late", { count: Math.round(minutes / 60) });
    }
    return _t("%(count)s days late", { count: Math.round(minutes / 1440) });
}
