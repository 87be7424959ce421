import { _t } from "@web/core/l10n/translation";
import { Component } from "@odoo/owl";
import {
    formatDue,
    formatLength,
    formatRange,
    formatTravel,
    formatWindow,
    isTentative,
    STATE_WORDS,
    toneOf,
} from "./board_words";

/** What a bar has no room for, shown beside it. */
export class BoardCard extends Component {
    static template = "service_crm.BoardCard";
    static props = {
        order: Object,
        performer: String,
        zone: String,
        now: Number,
        close: { type: Function, optional: true },
    };

    get tone() {
        return toneOf(this.props.order);
    }

    get state() {
        return STATE_WORDS[this.props.order.state];
    }

    get lines() {
        const { order, performer, zone, now } = this.props;
        return [
            ["fa-map-marker", _t("Place"), order.place],
            [
                "fa-clock-o",
                _t("Time"),
                order.start && order.end
                    ? `${formatRange(order.start, order.end, zone)} (${formatLength(
                          order.end - order.start
                      )})`
                    : formatLength((order.hours || 1) * 3600000),
            ],
            ["fa-user", _t("Performer"), performer],
            ["fa-calendar-check-o", _t("Agreed with the customer"), formatWindow(order.window, zone)],
            ["fa-flag", _t("Deadline"), formatDue(order.due, now, zone)],
            ["fa-road", _t("Way"), order.travel?.[0] ? formatTravel(order.travel) : ""],
            ["fa-exclamation-circle", _t("Planned all the same"), order.override],
        ].filter(([, , words]) => words);
    }

    get slot() {
        const { order } = this.props;
        if (order.confirmed) {
            return _t("confirmed by the customer");
        }
        return isTentative(order) ? _t("to be confirmed") : "";
    }
}
