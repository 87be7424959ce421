import { Component, useState } from "@odoo/owl";
import { fuzzyLookup } from "@web/core/utils/search";
import { describeOrder, formatDue, formatLength, formatWindow } from "./board_words";

const FIRST = 60;

/** Jobs that wait for a performer or a time, the most pressing first. */
export class BoardPane extends Component {
    static template = "service_crm.BoardPane";
    static props = {
        store: Object,
        revision: Number,
        selected: Object,
        zone: String,
        now: Number,
        mayPlan: Boolean,
        fold: Function,
        suggest: Function,
    };

    setup() {
        this.state = useState({ text: "", limit: FIRST });
        this.formatDue = formatDue;
        this.formatLength = formatLength;
        this.formatWindow = formatWindow;
        this.describe = describeOrder;
    }

    get orders() {
        const orders = this.props.store.waitingOrders();
        const text = this.state.text.trim();
        return text
            ? fuzzyLookup(text, orders, (order) =>
                  [order.name, order.customer, order.services, order.place].join(" ")
              )
            : orders;
    }

    lengthOf(order) {
        return formatLength((order.hours || 1) * 3600000);
    }

    /** Enough for now; the rest comes when somebody scrolls there. */
    onScroll(ev) {
        const { scrollTop, clientHeight, scrollHeight } = ev.currentTarget;
        if (scrollTop + clientHeight > scrollHeight - 200) {
            this.state.limit = Math.min(this.state.limit + FIRST, this.props.store.waiting.size);
        }
    }
}
