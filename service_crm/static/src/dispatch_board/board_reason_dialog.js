import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";

/** What speaks against a plan, and why it is made all the same. */
export class BoardReasonDialog extends Component {
    static template = "service_crm.BoardReasonDialog";
    static components = { Dialog };
    static props = {
        reasons: { type: Array, element: String },
        count: Number,
        confirm: Function,
        close: Function,
    };

    setup() {
        this.state = useState({ reason: "", empty: false });
        useAutofocus({ refName: "reason" });
    }

    confirm() {
        const reason = this.state.reason.trim();
        if (!reason) {
            this.state.empty = true;
            return;
        }
        this.props.confirm(reason);
        this.props.close();
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && !ev.shiftKey) {
            ev.preventDefault();
            this.confirm();
        }
    }
}
