import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { mailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { getStep } from "./step_data";

class Token extends models.Model {
    _name = "bpm.token";

    step = fields.Json();

    _records = [{ id: 7 }];
}

defineModels({ ...mailModels, Token });

async function openHome(step) {
    Token._records[0].step = step;
    await mountView({
        type: "kanban",
        resModel: "bpm.token",
        arch: `
            <kanban>
                <templates>
                    <t t-name="card"><field name="step" widget="bpm_step_buttons"/></t>
                </templates>
            </kanban>`,
    });
}

function noteSteps(...methods) {
    for (const method of methods) {
        onRpc(method, ({ model, args }) => {
            expect.step([model, method, JSON.stringify(args)].join(" "));
            return true;
        });
    }
}

test("one press completes the stage", async () => {
    noteSteps("action_complete");
    await openHome(getStep({ seen: false, instruction: "<p>Ask for the door code</p>" }));
    expect(".o_bpm_step_buttons .badge:first").toHaveText("New");
    expect(".o_bpm_step_buttons").toHaveText(/Ask for the door code/);
    expect(queryAllTexts(".o_bpm_step_buttons button")).toEqual(["Begin", "Agreed", "Refused"]);
    await contains("button:contains(Agreed)").click();
    expect.verifySteps(["bpm.token action_complete [[7],31]"]);
});

test("a long instruction is cut", async () => {
    await openHome(getStep({ instruction: `<p>${"Ask and note. ".repeat(20)}</p>` }));
    expect(".o_bpm_step_buttons .text-break").toHaveText(/…$/);
});

test("what is missing stands first; the card opens where it is put right", async () => {
    noteSteps("action_begin", "action_open_card");
    mockService("action", { doAction: () => expect.step("card") });
    await openHome(getStep({ obstacles: ["Door code"], instruction: "<p>Call</p>" }));
    expect(".o_bpm_step_buttons .text-break").toHaveText("Door code");
    expect(queryAllTexts(".o_bpm_step_buttons button")).toEqual(["Begin"]);
    await contains("button:contains(Begin)").click();
    expect.verifySteps([
        "bpm.token action_begin [[7]]",
        "bpm.token action_open_card [[7]]",
        "card",
    ]);
});

test("who is asked decides on the spot", async () => {
    noteSteps("action_approve", "action_record_no");
    await openHome(
        getStep({ person: false, approval: 5, waits: "Waits for the decision of: Irina" })
    );
    expect(queryAllTexts(".o_bpm_step_buttons button")).toEqual(["Approve", "Reject…"]);
    await contains("button:contains(Approve)").click();
    await contains("button:contains(Reject)").click();
    expect.verifySteps([
        "service.approval action_approve [[5]]",
        "service.approval action_record_no [[5]]",
    ]);
});

test("a paused run has nothing to press", async () => {
    await openHome(getStep({ paused: true }));
    expect(".o_bpm_step_buttons .badge").toHaveText("Paused");
    expect(".o_bpm_step_buttons button").toHaveCount(0);
});

test("what waits for something says for what", async () => {
    await openHome(getStep({ person: false, waits: "Waits for: Payment" }));
    expect(".o_bpm_step_buttons .text-break").toHaveText("Waits for: Payment");
    expect(".o_bpm_step_buttons button").toHaveCount(0);
});
