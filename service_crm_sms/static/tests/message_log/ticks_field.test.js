import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

import "@service_crm_sms/message_log/ticks_field";

describe.current.tags("desktop");

class Letter extends models.Model {
    state = fields.Selection({
        selection: [
            ["queued", "Queued"],
            ["sent", "Sent"],
            ["delivered", "Delivered"],
            ["failed", "Failed"],
        ],
    });
    _records = [
        { id: 1, state: "queued" },
        { id: 2, state: "sent" },
        { id: 3, state: "delivered" },
        { id: 4, state: "failed" },
        { id: 5, state: false },
    ];
}

defineMailModels();
defineModels([Letter]);

test("one tick for sent, two for delivered, and the word beside them", async () => {
    await mountView({
        type: "list",
        resModel: "letter",
        arch: `<list><field name="state" widget="service_ticks"/></list>`,
    });
    expect(queryAllTexts(".o_service_ticks")).toEqual([
        "Queued",
        "Sent",
        "Delivered",
        "Failed",
    ]);
    expect(".o_data_row:eq(1) .fa-check").toHaveCount(1);
    expect(".o_data_row:eq(2) .fa-check").toHaveCount(2);
    expect(".o_data_row:eq(2) .o_service_ticks").toHaveClass("text-success");
    expect(".o_data_row:eq(3) .o_service_ticks").toHaveClass("text-danger");
    expect(".o_data_row:eq(4) .o_service_ticks").toHaveCount(0);
});
