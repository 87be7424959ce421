import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const { DateTime, Interval } = luxon;

export const SCALES = [
    [1, _t("Day")],
    [3, _t("3 Days")],
    [7, _t("Week")],
];
export const GROUPS = [
    ["team", _t("Team")],
    ["crew", _t("Crew")],
    ["area", _t("Area")],
    ["skill", _t("Skill")],
    ["", _t("Nothing")],
];

/** Which days, how many of them, grouped by what. */
export class BoardToolbar extends Component {
    static template = "service_crm.BoardToolbar";
    static props = {
        start: Number,
        days: Number,
        zone: String,
        now: Number,
        groupBy: String,
        whole: Boolean,
        loading: Boolean,
        isSmall: Boolean,
        selectedCount: Number,
        turn: Function,
        goTo: Function,
        setDays: Function,
        setGroupBy: Function,
        setWhole: Function,
        clearSelection: Function,
        plan: { type: Function, optional: true },
        addPerformer: { type: Function, optional: true },
    };

    setup() {
        this.scales = SCALES;
        this.groups = GROUPS;
    }

    get first() {
        return DateTime.fromMillis(this.props.start, { zone: this.props.zone });
    }

    /** Mon, Nov 23 – Sun, Nov 29 */
    get title() {
        const first = this.first;
        const last = first.plus({ days: this.props.days - 1 });
        if (this.props.days === 1) {
            return first.toLocaleString({
                weekday: this.props.isSmall ? "short" : "long",
                day: "numeric",
                month: this.props.isSmall ? "short" : "long",
            });
        }
        return Interval.fromDateTimes(first, last).toLocaleString({
            weekday: "short",
            day: "numeric",
            month: "short",
        });
    }

    get isNow() {
        const now = DateTime.fromMillis(this.props.now, { zone: this.props.zone });
        return now >= this.first && now < this.first.plus({ days: this.props.days });
    }
}
