import { beforeEach, expect, test } from "@odoo/hoot";
import { click, waitForNone } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    allowTranslations,
    defineModels,
    fields,
    makeMockServer,
    MockServer,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Plan extends models.Model {
    _name = "service.plan";
    progress = fields.Integer();
    seconds = fields.Integer();
    state = fields.Selection({
        selection: [
            ["draft", "To Plan"],
            ["queued", "Waiting"],
            ["running", "Planning"],
            ["proposed", "Proposal"],
        ],
    });
    _records = [{ id: 1, state: "queued", progress: 0, seconds: 20 }];
}

defineMailModels();
defineModels([Plan]);

let server;
beforeEach(() => {
    allowTranslations();
    server = { state: "queued", progress: 0 };
    onRpc("service.plan", "action_poll", () => {
        expect.step("asked");
        return server;
    });
});

const PULSE = 1000;

async function open(values = {}) {
    await makeMockServer();
    change(values);
    await mountView({
        type: "form",
        resModel: "service.plan",
        resId: 1,
        arch: `<form>
            <widget name="service_plan_progress" invisible="state not in ('queued', 'running')"/>
            <field name="state" widget="statusbar"/>
        </form>`,
    });
    await animationFrame();
}

/** What happened on the server. */
function change(values) {
    Object.assign(server, values);
    MockServer.env["service.plan"].write([1], values);
}

async function tick(values) {
    change(values);
    await advanceTime(PULSE);
    await animationFrame();
}

test("it tells what it does, how far it is and how long it takes", async () => {
    await open();
    expect("[role=status]").toHaveText(/Waiting for its turn/);
    await tick({ state: "running" });
    expect("[role=status]").toHaveText(/Reading jobs/);
    expect(".o_statusbar_status .o_arrow_button_current").toHaveText("Planning");
    await tick({ progress: 40 });
    expect("[role=status]").toHaveText(/Looking for short ways: 40 %, about 12 s to go/);
    expect("[role=progressbar]").toHaveAttribute("aria-valuenow", "40");
    await tick({ state: "proposed", progress: 100 });
    expect("[role=status]").toHaveCount(0);
    expect(".o_statusbar_status .o_arrow_button_current").toHaveText("Proposal");
    expect.verifySteps(["asked", "asked", "asked"]);
    await advanceTime(5 * PULSE);
    expect.verifySteps([]);
});

test("a server that is away for a moment is asked again", async () => {
    let isAway = true;
    onRpc("service.plan", "action_poll", () => {
        if (isAway) {
            throw new Error("away");
        }
    });
    await open({ state: "running" });
    await tick({ progress: 5 });
    expect("[role=progressbar]").toHaveAttribute("aria-valuenow", "0");
    isAway = false;
    await tick({ progress: 10 });
    expect("[role=progressbar]").toHaveAttribute("aria-valuenow", "10");
    expect.verifySteps(["asked"]);
});

test("waiting long asks for the administrator", async () => {
    await open();
    for (let look = 0; look < 95; look++) {
        await advanceTime(PULSE);
    }
    await animationFrame();
    expect("[role=status]").toHaveText(/ask the administrator/);
    expect.verifySteps(Array(95).fill("asked"));
});

test("cancelled while it waits: at once", async () => {
    onRpc("service.plan", "action_cancel", () => {
        expect.step("cancel");
        change({ state: "draft" });
        return true;
    });
    await open();
    await click("button:contains(Cancel)");
    await waitForNone("[role=status]");
    expect.verifySteps(["cancel"]);
});

test("cancelled while it plans: when the planner has heard of it", async () => {
    onRpc("service.plan", "action_cancel", () => {
        expect.step("cancel");
        return true;
    });
    await open({ state: "running" });
    await click("button:contains(Cancel)");
    await animationFrame();
    expect("[role=status]").toHaveText(/Stopping/);
    expect("button:contains(Cancel)").not.toBeEnabled();
    await tick({ state: "draft" });
    expect("[role=status]").toHaveCount(0);
    expect.verifySteps(["cancel", "asked"]);
});
