import { beforeEach, expect, test } from "@odoo/hoot";
import { click, hover, queryAllTexts, queryRect, resize } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    allowTranslations,
    defineModels,
    fields,
    makeMockEnv,
    mockService,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

import { formatHours, formatKm } from "@service_crm/plan/plan_chart";

function bar(id, kind, from, values = {}) {
    return {
        id,
        order: 10 + id,
        kind,
        result: "open",
        call: false,
        from: from * 60,
        to: (from + 1) * 60,
        time: `${from}:00–${from + 1}:00`,
        label: `Customer ${id}`,
        other: "",
        why: "",
        ...values,
    };
}

const NONE = { visits: 0, work: 0, road: 0, metres: 0 };
const moved = bar(2, "moved", 11, { other: "Sergey, Mon 23 Nov 09:00", call: true });
const CHART = {
    first: 8,
    last: 18,
    totals: {
        before: { visits: 2, road: 7200, metres: 30000 },
        after: { visits: 3, road: 6300, metres: 27000 },
    },
    counts: { new: 1, moved: 1, taken: 1 },
    calls: [12],
    left: [31, 32],
    rows: [
        {
            key: "1-mon",
            performer: "Oleg",
            zone: "",
            day: "Mon 23 Nov",
            work: [[480, 1020]],
            taken: [bar("taken-9", "taken", 15, { order: false, label: "" })],
            now: [],
            then: [bar(1, "new", 9), moved],
            before: { ...NONE, visits: 1, metres: 12000 },
            after: { ...NONE, visits: 3, metres: 27000 },
        },
        {
            key: "2-mon",
            performer: "Sergey",
            zone: "Asia/Omsk",
            day: "Mon 23 Nov",
            work: [[480, 1020]],
            taken: [],
            now: [{ ...moved, from: 540, to: 600, other: "Oleg, Mon 23 Nov 11:00" }],
            then: [],
            before: { ...NONE, visits: 1, metres: 18000 },
            after: NONE,
        },
        {
            key: "3-mon",
            performer: "Timur",
            zone: "",
            day: "Mon 23 Nov",
            work: [],
            taken: [bar("taken-8", "taken", 10)],
            now: [],
            then: [],
            before: NONE,
            after: NONE,
        },
    ],
};

class Plan extends models.Model {
    _name = "service.plan";
    chart = fields.Json();
    _records = [
        { id: 1, chart: CHART },
        { id: 2, chart: { first: 8, last: 18, rows: [], counts: {}, calls: [], left: [] } },
        { id: 3, chart: false },
    ];
}

defineMailModels();
defineModels([Plan]);
beforeEach(() => allowTranslations());

function open(resId = 1) {
    return mountView({
        type: "form",
        resModel: "service.plan",
        resId,
        arch: `<form><field name="chart" widget="service_plan_chart" nolabel="1"/></form>`,
    });
}

test("ways and times in words", async () => {
    // figures are written as the reader's language writes them
    await makeMockEnv();
    expect([0, 1234, 12345].map(formatKm).map(String)).toEqual(["0 km", "1.2 km", "12 km"]);
    expect([120, 3600, 7800, 40000].map(formatHours).map(String)).toEqual([
        "2 min",
        "1 h",
        "2 h 10 min",
        "11 h",
    ]);
});

test("what the proposal brings, in numbers now and then", async () => {
    await open();
    expect(".o_plan_figure").toHaveCount(6);
    expect("[data-figure=visits]").toHaveText(/Visits\s+3 \+1\s+now 2/);
    expect("[data-figure=road]").toHaveText(/1 h 45 min −15 min\s+now 2 h/);
    expect("[data-figure=road] .text-success").toHaveText("−15 min");
    expect("[data-figure=each]").toHaveText(/9.0 km −6.0 km\s+now 15.0 km/);
    expect("[data-figure=visits] .text-success").toHaveCount(0, { message: "more is not better" });
    expect(".o_plan_legend").toHaveText(/New Visit 1\s+Other performer 1\s+Fixed 1/);
});

test("a number opens its visits", async () => {
    mockService("action", {
        doAction(action) {
            expect.step([action.res_model, action.domain]);
        },
    });
    await open();
    await click("[data-figure=calls]");
    await click("[data-figure=left]");
    expect.verifySteps([
        ["service.work.order", [["id", "in", [12]]]],
        ["service.work.order", [["id", "in", [31, 32]]]],
    ]);
});

test("bars stand at their time; where a visit leaves from is shown with it", async () => {
    await open();
    expect(queryAllTexts(".o_plan_who .fw-bold")).toEqual(["Oleg", "Sergey"]);
    expect(".o_plan_who:contains(Omsk)").toHaveCount(1);
    const [time, first] = [queryRect(".o_plan_row:eq(1) .o_plan_time"), queryRect(".o_plan_new.o_plan_bar")];
    expect(Math.round(first.left - time.left)).toBeWithin(time.width / 10 - 2, time.width / 10 + 2);
    expect(Math.round(first.width)).toBeWithin(time.width / 10 - 2, time.width / 10 + 2);
    expect(".o_plan_ghost.o_plan_bar").toHaveText("Customer 2");
    expect(".o_plan_ghost.o_plan_bar").toHaveAttribute("title", /Then: Oleg, Mon 23 Nov 11:00/);
    expect(".o_plan_bar.o_plan_moved:not(.o_plan_ghost)").toHaveAttribute(
        "title",
        /Now: Sergey, Mon 23 Nov 09:00\nCall the customer/
    );
    await hover(".o_plan_ghost.o_plan_bar");
    await animationFrame();
    expect(".o_plan_lit").toHaveCount(2);
});

test("days without changes are shown on demand", async () => {
    await open();
    expect(".o_plan_who:contains(Timur)").toHaveCount(0);
    await click("button:contains(Show days without changes (1))");
    await animationFrame();
    expect(".o_plan_who:contains(Timur)").toHaveCount(1);
    await click("button:contains(Hide days without changes)");
    await animationFrame();
    expect(".o_plan_who:contains(Timur)").toHaveCount(0);
});

test("a bar opens its visit, as far as one may see it", async () => {
    mockService("action", {
        doAction(action) {
            expect.step([action.res_model, action.res_id, action.target]);
        },
    });
    await open();
    expect(".o_plan_taken.o_plan_bar").not.toBeEnabled();
    expect(".o_plan_taken.o_plan_bar").toHaveAttribute("title", /you may not see/);
    await click(".o_plan_new.o_plan_bar");
    expect.verifySteps([["service.work.order", 11, "new"]]);
});

test("a list per performer on a phone", async () => {
    await resize({ width: 390, height: 844 });
    await open();
    expect(".o_plan_rows").toHaveCount(0);
    expect(".o_plan_chart section:first .o_plan_item").toHaveCount(3);
    expect(".o_plan_chart section:first").toHaveText(/Oleg\s+Visits: 1 → 3 · 12 km → 27 km/);
    expect(".o_plan_chart section:last .o_plan_item").toHaveText(/Customer 2\s+leaves/);
});

test("nothing to draw is said", async () => {
    await open(2);
    expect(".o_plan_chart").toHaveText("There are no visits in these days.");
});

test("without a proposal there is nothing", async () => {
    await open(3);
    expect(".o_plan_bar, .o_plan_figure").toHaveCount(0);
});
