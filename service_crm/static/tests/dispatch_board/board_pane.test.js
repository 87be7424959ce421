import { expect, test } from "@odoo/hoot";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

import { BoardPane } from "@service_crm/dispatch_board/board_pane";
import { BoardStore } from "@service_crm/dispatch_board/board_store";

defineMailModels();

/** The pane when no job waits, of all or of those asked for. */
async function openEmptyPane(isFiltered) {
    const data = { groups: [], rows: [], orders: [], unplanned: [], unplanned_total: 0 };
    await mountWithCleanup(BoardPane, {
        props: {
            store: new BoardStore(data, { start: 0, stop: 1 }, isFiltered),
            revision: 0,
            selected: new Set(),
            zone: "UTC",
            now: 0,
            mayPlan: true,
            fold() {},
            suggest() {},
        },
    });
}

test("when nothing waits all is planned", async () => {
    await openEmptyPane(false);
    expect(".o_board_cards").toHaveText(/Everything is planned/);
});

test("with a filter others may wait", async () => {
    await openEmptyPane(true);
    expect(".o_board_cards").toHaveText("No job says this.");
});
