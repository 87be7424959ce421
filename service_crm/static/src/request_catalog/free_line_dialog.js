import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus, useService } from "@web/core/utils/hooks";

/** A service in free words: what, how many, for how much. */
export class FreeLineDialog extends Component {
    static template = "service_crm.FreeLineDialog";
    static components = { Dialog };
    static props = {
        name: { type: String, optional: true },
        orderModel: String,
        orderId: Number,
        onAdded: Function,
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.name = useAutofocus({ refName: "name", selectAll: true });
        this.state = useState({
            name: this.props.name || "",
            quantity: "1",
            price: "",
            missing: "",
            busy: false,
        });
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && !ev.shiftKey && !ev.isComposing) {
            ev.preventDefault();
            this.add();
        }
    }

    async add() {
        const state = this.state;
        if (state.busy) {
            return;
        }
        if (!state.name.trim()) {
            state.missing = _t("Write what is to be done.");
            this.name.el.focus();
            return;
        }
        state.busy = true;
        try {
            const picked = await this.orm.call(
                this.props.orderModel,
                "action_picker_free_line",
                [
                    [this.props.orderId],
                    {
                        name: state.name.trim(),
                        quantity: state.quantity.replace(",", "."),
                        price_unit: state.price.replace(",", "."),
                    },
                ]
            );
            this.props.close();
            this.props.onAdded(picked);
        } finally {
            state.busy = false;
        }
    }
}
