import { describe, expect, test } from "@odoo/hoot";
import { queryText, waitFor } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

import "@service_crm_sms/sms_preview/sms_preview";

describe.current.tags("desktop");

class Subject extends models.Model {
    name = fields.Char();
    _records = [{ id: 7, name: "Lift 7" }];
}

class MessageText extends models.Model {
    _name = "service.message.template";

    model = fields.Char();
    sms_body = fields.Text();
    latin_letters = fields.Boolean();
    short_links = fields.Boolean();
    purpose = fields.Char();
    company_id = fields.Many2one({ relation: "subject" });
    _records = [{ id: 1, model: "subject", sms_body: "We wait", short_links: true }];
}

defineMailModels();
defineModels([Subject, MessageText]);

const ARCH = `
    <form>
        <field name="model" invisible="1"/>
        <field name="purpose" invisible="1"/>
        <field name="company_id" invisible="1"/>
        <field name="sms_body"/>
        <field name="latin_letters"/>
        <field name="short_links"/>
        <widget name="service_sms_preview"/>
    </form>`;

/** A server that shows what it is sent, and keeps what it was asked. */
function answer(changes = {}) {
    const asked = [];
    onRpc("service.message.template", "action_preview", ({ args }) => {
        const [, draft, resId, lang] = args;
        asked.push({ ...draft, resId, lang });
        return {
            record: [7, "Lift 7"],
            langs: [["en_US", "English"], ["ru_RU", "Русский"]],
            lang: lang || "en_US",
            pieces: [["Number", "object.name"]],
            text: draft.sms_body,
            size: { encoding: "UCS-2", units: 100, segments: 2, per_segment: 67, remaining: 34 },
            is_latin: false,
            worst: { encoding: "UCS-2", units: 180, segments: 3, per_segment: 67, remaining: 21 },
            foreign: [],
            has_nothing: false,
            prices: [{ name: "Sandbox", text: "$ 0.12" }],
            suggestions: [
                { key: "latin", label: "Latin", saves: 1, values: { latin_letters: true } },
            ],
            ...changes,
        };
    });
    return asked;
}

const mountForm = () =>
    mountView({ type: "form", resModel: "service.message.template", resId: 1, arch: ARCH });

test("the message is shown on the phone with its size, price and longest case", async () => {
    answer();
    await mountForm();
    expect(".o_service_preview_bubble").toHaveText("We wait");
    expect(".o_service_sms_size").toHaveText(/2 parts · 100 of 134 signs/);
    expect(".o_service_sms_size").toHaveText(/longest names and addresses:\s+3 parts/);
    expect(".o_service_sms_size table").toHaveText(/Sandbox\s+\$ 0\.12/);
});

test("what is typed is shown before the field is left", async () => {
    const asked = answer();
    await mountForm();
    await contains("[name=sms_body] textarea").edit("Your master comes", { confirm: false });
    await advanceTime(300);
    await waitFor(".o_service_preview_bubble:contains(Your master comes)");
    expect(asked.at(-1).sms_body).toBe("Your master comes");
});

test("a suggestion is taken up with one press", async () => {
    const asked = answer();
    await mountForm();
    expect(queryText(".o_service_sms_suggestion")).toMatch(/Latin: 1 part less/);
    await contains(".o_service_sms_suggestion button").click();
    await advanceTime(300);
    expect("[name=latin_letters] input").toBeChecked();
    expect(asked.at(-1).latin_letters).toBe(true);
});

test("ready pieces go into the text; another language is asked for", async () => {
    const asked = answer();
    await mountForm();
    await contains(".o_service_sms_preview button:contains(Number)").click();
    expect("[name=sms_body] textarea").toHaveValue("We wait{{ object.name }}");
    await contains(".o_service_sms_preview select").select("ru_RU");
    await animationFrame();
    expect(asked.at(-1).lang).toBe("ru_RU");
});

test("a mistake in the text is said in the place of the text", async () => {
    answer({ text: "", error: "division by zero" });
    await mountForm();
    expect(".o_service_preview_phone_screen").toHaveText(/division by zero/);
    expect(".o_service_sms_size").toHaveCount(0);
});
