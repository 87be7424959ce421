import { Component } from "@odoo/owl";
import { formatList } from "@web/core/l10n/utils";
import { _t } from "@web/core/l10n/translation";
import { LANE, place, ROW_PADDING, shadeBackground, timeToX } from "./board_geometry";
import { isMovable } from "./board_store";
import { describeOrder, formatTimes, formatTravel, isTentative, toneOf } from "./board_words";

const WIDE = 96;
const NARROW = 44;
// Up to this width a name stands beside the visit: with at least so much room, and no
// more than that.
const BESIDE = 64;
const ROOM = [64, 170];
const shades = new WeakMap();

/** Background of the hours nobody works; performers of one calendar share it. */
function shadeOf(axis, work) {
    if (!work || !work.length) {
        return work ? shadeBackground(axis, work) : "none";
    }
    if (!shades.has(axis)) {
        shades.set(axis, new Map());
    }
    const known = shades.get(axis);
    const key = work.length + ":" + work.join(";");
    if (!known.has(key)) {
        known.set(key, shadeBackground(axis, work));
    }
    return known.get(key);
}

/** One performer: head, working hours, leaves, travel and visits. */
export class BoardRow extends Component {
    static template = "service_crm.BoardRow";
    static props = {
        axis: Object,
        line: Object,
        top: Number,
        index: Number,
        version: Number,
        store: Object,
        selected: Object,
        zone: String,
        now: Number,
        mayPlan: Boolean,
        focusId: { type: [Number, Boolean], optional: true },
    };

    get row() {
        return this.props.line.row;
    }

    get shade() {
        return shadeOf(this.props.axis, this.row.work);
    }

    get load() {
        return this.props.store.loadOf(this.row.id);
    }

    /** Percent of each day, as a thin line below the row. */
    get days() {
        const { axis, store } = this.props;
        const loads = store.loadDays(this.row.id);
        return axis.days
            .map((day, index) => ({
                key: day.midnight,
                x: day.x,
                width: (day.width * Math.min(100, loads[index] || 0)) / 100,
                full: (loads[index] || 0) > 100,
            }))
            .filter((day) => day.width);
    }

    get leaves() {
        const { axis } = this.props;
        return (this.row.leaves || [])
            .map(([from, to, words], index) => ({ index, words, ...place(axis, from, to, 0) }))
            .filter((leave) => leave.width > 1);
    }

    get hint() {
        return [this.row.skills, this.row.areas].filter(Boolean).join(" · ");
    }

    /** What the row says to who does not see it. */
    get label() {
        const parts = [
            this.row.name,
            _t("%s %% busy", this.load),
            this.row.skills,
            this.row.areas,
            ...(this.row.leaves || []).map(([, , words]) => words),
        ];
        return formatList(parts.filter(Boolean), { style: "unit" });
    }

    get bars() {
        const { axis, store, zone, now, selected } = this.props;
        const { lanes } = store.lanesOf(this.row.id);
        const bars = store.ordersOf(this.row.id).map((order) => {
            const { x, width } = place(axis, order.start, order.end);
            const along = order.performer !== this.row.id;
            const lead = store.rows.get(order.performer)?.name || "";
            return {
                order,
                along,
                x,
                width,
                room: 0,
                top: ROW_PADDING + lanes.get(order.id) * LANE,
                title: order.customer || order.name,
                line: along
                    ? _t("with %s", lead)
                    : [formatTimes(order.start, order.end, zone), order.place]
                          .filter(Boolean)
                          .join(" · "),
                label: describeOrder(order, along ? _t("with %s", lead) : lead, zone, now),
                way: this.wayOf(order, along, x, lanes.get(order.id)),
                movable: this.props.mayPlan && isMovable(order) && !along,
                classes: [
                    `o_board_${toneOf(order)}`,
                    isTentative(order) ? "o_board_tentative" : "",
                    store.proposed.has(order.id)
                        ? `o_board_proposed o_board_proposed_${store.proposed.get(order.id).kind}`
                        : "",
                    order.dim ? "o_board_dim" : "",
                    along ? "o_board_along" : "",
                    store.pending.has(order.id) ? "o_board_pending" : "",
                    store.fresh.has(order.id) ? "o_board_fresh" : "",
                    selected.has(order.id) ? "o_board_selected" : "",
                    width < NARROW ? "o_board_small o_board_tiny" : width < WIDE ? "o_board_small" : "",
                ].join(" "),
                selected: selected.has(order.id),
            };
        });
        this.giveRoom(bars);
        return bars;
    }

    /** Where a visit is too narrow for its name, the free time after it may hold it. */
    giveRoom(bars) {
        const next = new Map();
        for (const bar of [...bars].sort((one, other) => other.x - one.x)) {
            const end = next.get(bar.top) ?? this.props.axis.width;
            const room = Math.min(end - bar.x - bar.width - 8, ROOM[1]);
            if (bar.width < BESIDE && room >= ROOM[0]) {
                bar.room = room;
                bar.classes += " o_board_beside";
            }
            next.set(bar.top, bar.way ? Math.min(bar.way.x, bar.x) : bar.x);
        }
    }

    /** Where visits stand now that the shown proposal takes elsewhere. */
    get leaving() {
        const { axis, store } = this.props;
        return store.leavesOf(this.row.id).map((visit) => ({
            ...visit,
            ...place(axis, visit.start, visit.end),
            words: _t("Leaves: %s", visit.title),
        }));
    }

    /** The way before a visit, as long as it takes. */
    wayOf(order, along, x, lane) {
        const { axis } = this.props;
        const seconds = order.travel?.[0];
        if (!seconds || along) {
            return false;
        }
        const from = Math.max(timeToX(axis, order.start - seconds * 1000), x - 3 * axis.hour);
        const width = x - from;
        return (
            width > 2 && {
                x: from,
                width,
                top: ROW_PADDING + lane * LANE + LANE / 2,
                words: _t("Way: %s", formatTravel(order.travel)),
            }
        );
    }
}
