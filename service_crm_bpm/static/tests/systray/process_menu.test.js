import { expect, test } from "@odoo/hoot";
import { queryAllTexts, waitFor } from "@odoo/hoot-dom";
import { advanceTime, Deferred } from "@odoo/hoot-mock";
import { startBusService, waitNotifications } from "@bus/../tests/bus_test_helpers";
import { onWebsocketEvent } from "@bus/../tests/mock_websocket";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    MockServer,
    mockService,
    mountWithCleanup,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";

import { ProcessMenu } from "@service_crm_bpm/systray/process_menu";

defineMailModels();

const ROW = {
    id: 7,
    name: "Call the customer",
    run: "Visit of Alfa",
    deadline: "",
    late: false,
    seen: false,
};

/** The menu bar of somebody for whom this waits. */
async function openMenu(answer) {
    onRpc("bpm.token", "action_get_waiting", () => answer);
    await mountWithCleanup(ProcessMenu);
}

test("what is not seen is counted in orange, else all in grey", async () => {
    const waiting = { open: 3, new: 1, rows: [ROW] };
    await openMenu(waiting);
    expect("button .badge").toHaveText("1");
    expect("button .badge").toHaveClass("text-bg-warning");
    waiting.new = 0;
    await contains("button.o_nav_entry").click();
    expect("button .badge").toHaveText("3");
    expect("button .badge").toHaveClass("text-bg-secondary");
});

test("nothing waits: no number, and the list says so", async () => {
    await openMenu({ open: 0, new: 0, rows: [] });
    expect("button .badge").toHaveCount(0);
    await contains("button.o_nav_entry").click();
    expect(".o_bpm_menu").toHaveText(/Nothing waits for you/);
});

test("the newest stages are listed; one opens where it is", async () => {
    onRpc("bpm.token", "action_open_journal", ({ args }) => {
        expect.step(`open ${args[0]}`);
        return { type: "ir.actions.act_window", name: "Process Journal" };
    });
    mockService("action", { doAction: (action) => expect.step(action.name ?? action) });
    await openMenu({ open: 9, new: 1, rows: [ROW, { ...ROW, id: 8, name: "Visit", seen: true }] });
    await contains("button.o_nav_entry").click();
    expect(queryAllTexts(".list-group-item .fw-bold")).toEqual(["Call the customer", "Visit"]);
    expect(".list-group-item-warning").toHaveCount(1);
    await contains(".list-group-item:first").click();
    expect.verifySteps(["open 7", "Process Journal"]);
    expect(".o_bpm_menu").toHaveCount(0);
    await contains("button.o_nav_entry").click();
    expect(".o_bpm_menu .btn-link").toHaveText("My processes (9)");
    await contains(".o_bpm_menu .btn-link").click();
    expect.verifySteps(["service_crm_bpm.action_bpm_my"]);
});

test("it counts again when the server says that something changed", async () => {
    const waiting = { open: 0, new: 0, rows: [] };
    const subscribed = new Deferred();
    onWebsocketEvent("subscribe", () => subscribed.resolve());
    await openMenu(waiting);
    await startBusService();
    await subscribed;
    Object.assign(waiting, { open: 1, new: 1, rows: [ROW] });
    MockServer.env["bus.bus"]._sendone(serverState.partnerId, "bpm.token/changed", {});
    await waitNotifications(["bpm.token/changed"]);
    await advanceTime(1000);
    await waitFor("button .badge:contains(1)");
});
