import { beforeEach, expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { animationFrame, mockDate, mockTimeZone } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    allowTranslations,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";

import { formatSlot, SuggestionPanel } from "@service_crm/suggestions/suggestion_panel";

const SLOT = {
    performer: 3,
    name: "Sergey",
    start: "2026-11-25 07:00:00",
    end: "2026-11-25 08:30:00",
    score: 91,
    reasons: ["14 min drive", "day 71 % full"],
};
const FOUND = {
    version: 4,
    may_take: true,
    notes: [],
    slots: [SLOT, { ...SLOT, performer: 5, name: "Oleg", score: 40 }],
    excluded: [{ performer: 7, name: "Anton", reasons: ["absent", "lacks the skill Gas"] }],
};

defineMailModels();

beforeEach(() => {
    allowTranslations();
    mockTimeZone("Europe/Moscow");
    mockDate("2026-11-24 09:30:00");
});

async function open(found = FOUND, props = {}) {
    onRpc("service.work.order", "action_suggestions", ({ args }) => {
        expect.step(`asked ${JSON.stringify(args)}`);
        return found;
    });
    await mountWithCleanup(SuggestionPanel, { props: { orderId: 8, version: 4, ...props } });
    await animationFrame();
}

test("a slot is told on the reader's clock", () => {
    expect(formatSlot(SLOT).day).toBe("tomorrow");
    expect(formatSlot(SLOT).time).toMatch(/^10:00\sAM–11:30\sAM$/);
    const late = { start: "2026-11-27 20:00:00", end: "2026-11-27 22:00:00" };
    expect(formatSlot(late).day).toBe("Fri, Nov 27");
    expect(formatSlot(late).time).toMatch(/^11:00\sPM–11\/28\/2026, 1:00\sAM$/);
});

test("the best ones with why, the others with why not", async () => {
    await open();
    expect.verifySteps(["asked [[8],false,false]"]);
    expect(".o_service_suggestion").toHaveCount(2);
    expect(".o_service_suggestion:first .badge").toHaveCount(2);
    expect(".o_service_suggestion:first .btn").toHaveClass("btn-primary");
    expect("details").not.toHaveAttribute("open");
    await click("summary");
    await animationFrame();
    expect("details li").toHaveText("Anton absent; lacks the skill Gas");
});

test("one click takes it, with the version that was seen", async () => {
    onRpc("service.work.order", "action_take_suggestion", ({ args }) => {
        expect.step(`take ${JSON.stringify(args)}`);
        return true;
    });
    await open(FOUND, { onTaken: (slot) => expect.step(`taken ${slot.name}`) });
    await click(".o_service_suggestion:last .btn");
    await animationFrame();
    expect.verifySteps([
        "asked [[8],false,false]",
        'take [[8],{"performer":5,"start":"2026-11-25 07:00:00","end":"2026-11-25 08:30:00"},4]',
        "taken Oleg",
    ]);
});

test("where somebody was told, the reason is asked for", async () => {
    mockService("action", {
        doAction(action, { onClose }) {
            expect.step(action.res_model);
            onClose();
        },
    });
    onRpc("service.work.order", "action_take_suggestion", () => ({
        res_model: "service.work.order.step",
    }));
    await open(FOUND, { onTaken: () => expect.step("taken") });
    await click(".o_service_suggestion:first .btn");
    await animationFrame();
    expect.verifySteps(["asked [[8],false,false]", "service.work.order.step", "taken"]);
});

test("nobody can come: why stands there at once; the week after is one press away", async () => {
    await open({ ...FOUND, slots: [] });
    expect("details").toHaveAttribute("open");
    await click("header .btn:last");
    await animationFrame();
    expect.verifySteps([
        "asked [[8],false,false]",
        'asked [[8],"2026-12-01 09:30:00","2026-12-08 09:30:00"]',
    ]);
});

test("who only looks takes nothing", async () => {
    await open({ ...FOUND, may_take: false, notes: ["Ways are counted from the coordinates"] });
    expect(".o_service_suggestion .btn").toHaveCount(0);
    expect(".alert").toHaveText("Ways are counted from the coordinates");
    expect.verifySteps(["asked [[8],false,false]"]);
});
