import { deserializeDateTime, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

const { DateTime } = luxon;

/** When a slot is, in the reader's words and on the reader's clock. */
export function formatSlot(slot) {
    const start = deserializeDateTime(slot.start);
    const end = deserializeDateTime(slot.end);
    const days = Math.round(start.startOf("day").diff(DateTime.now().startOf("day"), "days").days);
    const day =
        days >= 0 && days <= 1
            ? start.toRelativeCalendar({ unit: "days" })
            : start.toLocaleString({ weekday: "short", day: "numeric", month: "short" });
    const last = end.hasSame(start, "day")
        ? end.toLocaleString(DateTime.TIME_SIMPLE)
        : end.toLocaleString(DateTime.DATETIME_SHORT);
    return { day, time: `${start.toLocaleString(DateTime.TIME_SIMPLE)}–${last}` };
}

/**
 * Who could come when to one work order, the best first, each with why; those who are
 * not suggested are behind a fold. A click plans the visit.
 */
export class SuggestionPanel extends Component {
    static template = "service_crm.SuggestionPanel";
    static props = {
        orderId: Number,
        version: { type: Number, optional: true },
        since: { type: String, optional: true },
        until: { type: String, optional: true },
        onTaken: { type: Function, optional: true },
        onClose: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.formatSlot = formatSlot;
        this.state = useState({ found: null, loading: true, taking: -1, week: 0, shown: 5 });
        onWillStart(() => {
            this.load(this.props);
        });
        onWillUpdateProps((next) => {
            if (
                ["orderId", "version", "since", "until"].some(
                    (name) => next[name] !== this.props[name]
                )
            ) {
                this.state.week = 0;
                this.load(next);
            }
        });
    }

    get slots() {
        return this.state.found.slots.slice(0, this.state.shown);
    }

    /** From when to when is asked: a week, or as whoever opened the panel says. */
    getRange({ since, until }) {
        if (!this.state.week) {
            return [since || false, until || false];
        }
        const start = (since ? deserializeDateTime(since) : DateTime.now()).plus({
            weeks: this.state.week,
        });
        return [serializeDateTime(start), serializeDateTime(start.plus({ weeks: 1 }))];
    }

    async load(props = this.props) {
        this.state.loading = true;
        try {
            this.state.found = await this.keepLast.add(
                this.orm.call("service.work.order", "action_suggestions", [
                    [props.orderId],
                    ...this.getRange(props),
                ])
            );
            this.state.shown = 5;
        } finally {
            this.state.loading = false;
        }
    }

    move(weeks) {
        this.state.week += weeks;
        return this.load();
    }

    async take(slot, index) {
        this.state.taking = index;
        try {
            const result = await this.orm.call("service.work.order", "action_take_suggestion", [
                [this.props.orderId],
                { performer: slot.performer, start: slot.start, end: slot.end },
                this.state.found.version,
            ]);
            if (result !== true) {
                await this.action.doAction(result, { onClose: () => this.onTaken(slot) });
                return;
            }
            const { day, time } = formatSlot(slot);
            this.notification.add(_t("%(name)s comes %(day)s %(time)s", { name: slot.name, day, time }), {
                type: "success",
            });
            await this.onTaken(slot);
        } finally {
            this.state.taking = -1;
        }
    }

    async onTaken(slot) {
        if (this.props.onTaken) {
            await this.props.onTaken(slot);
        } else {
            await this.load();
        }
    }
}
