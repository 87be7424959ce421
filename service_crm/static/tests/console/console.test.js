import { describe, expect, test } from "@odoo/hoot";
import { mockDate, mockTimeZone } from "@odoo/hoot-mock";
import { allowTranslations } from "@web/../tests/web_test_helpers";

import { formatWhen } from "@service_crm/console/console";

describe.current.tags("headless");

/** A Tuesday, 12:30 in Moscow. */
function standAtNoon() {
    allowTranslations();
    mockTimeZone("Europe/Moscow");
    mockDate("2026-11-24 09:30:00");
}

test("the days around today are called by their names", () => {
    standAtNoon();
    expect(formatWhen("2026-11-24 11:30:00")).toMatch(/^today 2:30\sPM$/);
    expect(formatWhen("2026-11-25 06:00:00")).toMatch(/^tomorrow 9:00\sAM$/);
    expect(formatWhen("2026-11-23 15:00:00")).toMatch(/^yesterday 6:00\sPM$/);
});

test("midnight is the reader's, not the server's", () => {
    standAtNoon();
    expect(formatWhen("2026-11-23 21:30:00")).toMatch(/^today 12:30\sAM$/);
    expect(formatWhen("2026-11-23 20:30:00")).toMatch(/^yesterday 11:30\sPM$/);
});

test("a week has weekdays, later days have a date, other years their year", () => {
    standAtNoon();
    expect(formatWhen("2026-11-27 06:00:00")).toMatch(/^Fri 27 Nov 9:00\sAM$/);
    expect(formatWhen("2026-11-03 06:00:00")).toBe("Nov 3");
    expect(formatWhen("2025-11-03 06:00:00")).toBe("Nov 3, 2025");
});

test("no time is no text", () => {
    expect(formatWhen(false)).toBe("");
});
