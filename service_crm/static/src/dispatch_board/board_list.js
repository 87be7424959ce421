import { Component, useState } from "@odoo/owl";
import { describeOrder, formatDue, formatTimes, isTentative, STATE_WORDS, toneOf } from "./board_words";

/** The board on a phone: who does what today, one performer below the other. */
export class BoardList extends Component {
    static template = "service_crm.BoardList";
    static props = {
        store: Object,
        revision: Number,
        zone: String,
        now: Number,
        folded: Object,
        toggleGroup: Function,
        openOrder: Function,
    };

    setup() {
        this.state = useState({ waitingOpen: false });
        Object.assign(this, { describeOrder, formatDue, formatTimes, isTentative, toneOf });
        this.states = STATE_WORDS;
    }

    get lines() {
        return this.props.store.lines(this.props.folded);
    }

    get waiting() {
        return this.props.store.waitingOrders();
    }

    ordersOf(row) {
        return this.props.store.ordersOf(row.id).sort((a, b) => a.start - b.start || a.id - b.id);
    }
}
