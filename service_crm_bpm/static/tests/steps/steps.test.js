import { expect, test } from "@odoo/hoot";
import { queryAllTexts, waitFor } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
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

class Run extends models.Model {
    _name = "bpm.instance";

    name = fields.Char();
    note = fields.Text();
    current_steps = fields.Json();

    _records = [{ id: 1, name: "Visit of Alfa", note: "" }];
}

defineModels({ ...mailModels, Run });

/** The card of a run that stands at these stages. */
async function openCard(...steps) {
    return openCardIn("running", ...steps);
}

async function openCardIn(state, ...steps) {
    Run._records[0].current_steps = { state, steps };
    await mountView({
        type: "form",
        resModel: "bpm.instance",
        resId: 1,
        arch: `<form><field name="note"/><field name="current_steps" widget="bpm_steps"/></form>`,
    });
}

/** Notes what is asked of the server. */
function noteSteps(answer = () => true) {
    onRpc("bpm.token", "*", ({ method, args }) => {
        expect.step([method, ...args.slice(1)].join(" "));
        return answer(method);
    });
}

test("what to do, by whom, and what comes next", async () => {
    await openCard(
        getStep({ instruction: "<p>Ask for the <b>door code</b></p>", probability: 40 })
    );
    expect(".o_bpm_step h2").toHaveText("Call the customer");
    expect(".o_bpm_step").toHaveText(/Irina/);
    expect(".o_bpm_step").toHaveText(/Operators/);
    expect(".o_bpm_step").toHaveText(/Success: 40 %/);
    expect(".o_bpm_instruction b").toHaveText("door code");
    expect(queryAllTexts(".o_bpm_results button")).toEqual(["Begin", "Agreed", "Refused"]);
    expect(".o_bpm_results button.btn-primary").toHaveText("Agreed");
    expect(".o_bpm_next").toHaveText(/Agreed\s+Visit · Dispatchers\s+Refused\s+End/);
});

test("a result completes the stage", async () => {
    noteSteps();
    await openCard(getStep());
    await contains(".o_bpm_results button:contains(Refused)").click();
    expect.verifySteps(["action_complete 32"]);
});

test("pressed twice, it is done once", async () => {
    const answer = new Deferred();
    noteSteps(() => answer);
    await openCard(getStep());
    await contains(".o_bpm_results button:contains(Agreed)").click();
    expect(".o_bpm_results button:enabled").toHaveCount(0);
    answer.resolve(true);
    await waitFor(".o_bpm_results button:enabled");
    expect(".o_bpm_results button:enabled").toHaveCount(3);
    expect.verifySteps(["action_complete 31"]);
});

test("what is typed is saved before the step", async () => {
    onRpc("bpm.instance", "web_save", ({ args }) => {
        expect.step(`note: ${args[1].note}`);
    });
    noteSteps();
    await openCard(getStep());
    await contains(".o_field_widget[name=note] textarea").edit("Key at the desk");
    await contains(".o_bpm_results button:contains(Agreed)").click();
    expect.verifySteps(["note: Key at the desk", "action_complete 31"]);
});

test("a question of the server is asked in its dialogue", async () => {
    mockService("action", {
        async doAction(action, { onClose }) {
            expect.step(action.name);
            await onClose();
        },
    });
    noteSteps(() => ({ type: "ir.actions.act_window", name: "Who Goes On?" }));
    await openCard(getStep());
    await contains(".o_bpm_results button:contains(Agreed)").click();
    expect.verifySteps(["action_complete 31", "Who Goes On?"]);
});

test("points are ticked one by one", async () => {
    noteSteps();
    await openCard(
        getStep({
            checks: [
                { id: 1, name: "Door code", done: false, required: true },
                { id: 2, name: "Parking", done: true, required: false },
            ],
        })
    );
    expect(queryAllTexts(".o_bpm_check")).toEqual(["Door code", "Parking (if needed)"]);
    expect(".o_bpm_check input:checked").toHaveCount(1);
    await contains(".o_bpm_check:contains(Door code) input").click();
    await contains(".o_bpm_check:contains(Parking) input").click();
    expect.verifySteps(["action_check 1 true", "action_check 2 false"]);
});

test("what is missing blocks the results, and is said", async () => {
    await openCard(getStep({ obstacles: ["E-mail is empty"] }));
    expect(".o_bpm_step .alert-warning").toHaveText("E-mail is empty");
    expect(".o_bpm_results button:contains(Agreed)").not.toBeEnabled();
    expect(".o_bpm_results button:contains(Agreed)").toHaveAttribute(
        "title",
        "First: E-mail is empty"
    );
    expect(".o_bpm_results button:contains(Begin)").toBeEnabled();
});

test("a paused run can not be worked on", async () => {
    await openCard(getStep({ paused: true }));
    expect(".o_bpm_step").toHaveText(/The process is paused/);
    expect(".o_bpm_results button:enabled").toHaveCount(0);
});

test("the stage of somebody else has no results to press", async () => {
    await openCard(
        getStep({ mine: false, may_work: false, may_complete: false, may_take: true })
    );
    expect(".o_bpm_results").toHaveCount(0);
    expect(".o_bpm_step").toHaveText(/Waits for Irina/);
    expect(".o_bpm_step button").toHaveText("Take It");
});

test("a failed stage says why, and is tried again by the owner", async () => {
    noteSteps();
    await openCard(
        getStep({ state: "failed", error: "No mail server", may_manage: true, person: false })
    );
    expect(".o_bpm_step.border-danger .alert-danger").toHaveText(/No mail server/);
    await contains(".alert-danger button").click();
    expect.verifySteps(["action_retry"]);
});

test("a stage of nobody says what it waits for", async () => {
    await openCard(getStep({ person: false, waits: "Pause until 3 Dec", results: [] }));
    expect(".o_bpm_step [role=status]").toHaveText("Pause until 3 Dec");
    expect(".o_bpm_results").toHaveCount(0);
});

test("what is new is seen once", async () => {
    noteSteps();
    await openCard(getStep({ seen: false }), getStep({ id: 8, seen: false, mine: false }));
    await animationFrame();
    expect.verifySteps(["action_seen"]);
    await contains(".o_field_widget[name=note] textarea").edit("x");
    expect.verifySteps([]);
});

test("a run that has ended says so", async () => {
    await openCardIn("done");
    expect(".o_bpm_steps [role=status]").toHaveText(/The process has ended/);
});

test("a run that was cancelled says so", async () => {
    await openCardIn("cancelled");
    expect(".o_bpm_steps [role=status]").toHaveText(/The process was cancelled/);
});
