import { describe, expect, test } from "@odoo/hoot";
import { mockDate, mockTimeZone } from "@odoo/hoot-mock";
import { allowTranslations } from "@web/../tests/web_test_helpers";

import { getDeadline, getResultLabel } from "@service_crm_bpm/steps/step_words";

describe.current.tags("headless");

/** A Tuesday, 12:30 in Moscow. */
function standAtNoon() {
    allowTranslations();
    mockTimeZone("Europe/Moscow");
    mockDate("2026-11-24 09:30:00");
}

test("deadlines are told as people say them", () => {
    standAtNoon();
    for (const [deadline, text, look] of [
        ["2026-11-24 10:10:00", /^in 40 min$/, "text-bg-warning"],
        ["2026-11-24 15:00:00", /^today 6:00\sPM$/, "text-bg-light border"],
        ["2026-11-25 06:00:00", /^tomorrow 9:00\sAM$/, "text-bg-light border"],
        ["2026-11-27 06:00:00", /Fri/, "text-bg-light border"],
        ["2026-11-24 09:00:00", /^late since 12:00\sPM$/, "text-bg-danger"],
        ["2026-11-22 09:00:00", /^2 days late$/, "text-bg-danger"],
    ]) {
        const told = getDeadline({ deadline });
        expect(told.text).toMatch(text);
        expect(told.look).toBe(look);
    }
    expect(getDeadline({ deadline: "" })).toBe(null);
});

test("a single day late is one day", () => {
    standAtNoon();
    expect(getDeadline({ deadline: "2026-11-23 09:00:00" }).text).toBe("1 day late");
});

test("a way without a name completes", () => {
    allowTranslations();
    expect(getResultLabel({ name: "" }).toString()).toBe("Complete");
    expect(getResultLabel({ name: "Agreed" })).toBe("Agreed");
});
