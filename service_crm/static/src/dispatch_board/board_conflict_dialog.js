import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";

/** Somebody else changed the visit while it was in hand. */
export class BoardConflictDialog extends Component {
    static template = "service_crm.BoardConflictDialog";
    static components = { Dialog };
    static props = {
        texts: { type: Array, element: String },
        mayRepeat: Boolean,
        repeat: Function,
        close: Function,
    };

    repeat() {
        this.props.repeat();
        this.props.close();
    }
}
