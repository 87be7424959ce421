import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, useState } from "@odoo/owl";
import { packLanes } from "@service_crm/dispatch_board/board_geometry";

const KINDS = {
    new: _t("New Visit"),
    moved: _t("Other performer"),
    shifted: _t("Other time"),
    off: _t("Taken off the plan"),
    same: _t("Unchanged"),
    taken: _t("Fixed"),
};
// Heights in rem: a visit, where one stands now, and the space around.
const BAR = 1.9;
const GHOST = 1.35;
const GAP = 0.4;

/** Days of performers: what the proposal brings, and where each visit comes from. */
export class PlanChart extends Component {
    static template = "service_crm.PlanChart";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.ui = useState(useService("ui"));
        this.state = useState({ lit: null, all: false });
    }

    get chart() {
        return this.props.record.data[this.props.name] || { rows: [], first: 8, last: 18 };
    }

    /** Kinds of visits there are, with how many. */
    get kinds() {
        const counts = this.chart.counts || {};
        return Object.entries(KINDS)
            .map(([key, words]) => ({ key, words, count: counts[key] || 0 }))
            .filter((kind) => kind.count);
    }

    /** Numbers now and then, each with what it changes. */
    get figures() {
        const { before, after } = this.chart.totals || {};
        if (!before?.visits && !after?.visits) {
            return [];
        }
        const figures = [
            this.figure("visits", _t("Visits"), before.visits, after.visits, String, 0),
            this.figure("road", _t("On the road"), before.road, after.road, formatHours, -1),
            this.figure("metres", _t("Distance"), before.metres, after.metres, formatKm, -1),
        ];
        if (before.visits && before.visits !== after.visits) {
            const each = (part) => (part.visits ? part.metres / part.visits : 0);
            figures.push(
                this.figure("each", _t("Per visit"), each(before), each(after), formatEach, -1)
            );
        }
        return figures;
    }

    /** @param {number} better -1: less of it is better; 0: neither is */
    figure(key, words, before, after, format, better) {
        const most = Math.max(before, after) || 1;
        const change = after - before;
        const [from, to] = [format(before), format(after)];
        return {
            key,
            words,
            from,
            to,
            change: from === to ? "" : `${change > 0 ? "+" : "−"}${format(Math.abs(change))}`,
            tone: change * better > 0 ? "text-success" : "text-muted",
            now: (100 * before) / most,
            then: (100 * after) / most,
        };
    }

    /** Rows with a word of whose they are, told once; quiet days on demand. */
    get rows() {
        const { rows } = this.chart;
        const days = new Set(rows.map((row) => row.day)).size;
        let before;
        return rows
            .map((row) => this.prepare(row))
            .filter((row) => this.state.all || row.isChanged || !this.hasChanges)
            .map((row) => {
                const isFirst = row.performer !== before;
                before = row.performer;
                return { ...row, isFirst, day: days > 1 ? row.day : "" };
            });
    }

    get hasChanges() {
        return this.chart.rows.some(isChanged);
    }

    /** How many days have visits, and none of them changes. */
    get quiet() {
        return this.hasChanges ? this.chart.rows.filter((row) => !isChanged(row)).length : 0;
    }

    /** Where its bars are: what leaves its place above, what will be below. */
    prepare(row) {
        const ghosts = row.now.filter((bar) => bar.kind !== "same");
        const bars = [...row.then, ...row.taken].sort((a, b) => a.from - b.from);
        const above = this.stack(ghosts, 0, GHOST);
        const below = this.stack(bars, above.height, BAR);
        return {
            ...row,
            isChanged: isChanged(row),
            ghosts: above.bars,
            bars: below.bars,
            height: Math.max(below.height, BAR) + GAP,
        };
    }

    stack(bars, top, height) {
        const { lanes, count } = packLanes(
            bars.map((bar, id) => ({ id, start: bar.from, end: bar.to }))
        );
        return {
            height: bars.length ? top + count * height : top,
            bars: bars.map((bar, id) => ({
                ...bar,
                style: `${this.style(bar.from, bar.to)}; top: ${
                    top + lanes.get(id) * height + GAP / 2
                }rem; height: ${height - 0.15}rem`,
            })),
        };
    }

    get hours() {
        const { first, last } = this.chart;
        const step = last - first > 14 ? 3 : last - first > 8 ? 2 : 1;
        const hours = [];
        for (let hour = first; hour < last; hour += step) {
            hours.push({ hour: `${hour % 24}:00`, style: `left: ${this.share(hour * 60)}%` });
        }
        return hours;
    }

    share(minute) {
        const { first, last } = this.chart;
        const share = (minute - first * 60) / ((last - first) * 60);
        return 100 * Math.min(1, Math.max(0, share));
    }

    style(from, to) {
        const start = this.share(from);
        return `left: ${start}%; width: ${Math.max(0.4, this.share(to) - start)}%`;
    }

    /** What a bar says when one points at it. */
    title(bar, isGhost = false) {
        const other = isGhost ? _t("Then: %s", bar.other) : _t("Now: %s", bar.other);
        const parts = [
            `${bar.time} ${bar.label || _t("A visit you may not see")}`,
            KINDS[bar.kind],
            bar.other && other,
            bar.why,
        ];
        if (bar.call) {
            parts.push(_t("Call the customer"));
        }
        return parts.filter(Boolean).join("\n");
    }

    kind(bar) {
        return KINDS[bar.kind];
    }

    /** What follows of a day: visits and kilometres, and what they were before. */
    road({ before, after }) {
        const km = (part) => formatKm(part.metres);
        const change = (from, to) => (from === to ? to : `${from} → ${to}`);
        return {
            visits: _t("Visits: %s", change(String(before.visits), String(after.visits))),
            way: change(km(before), km(after)),
            isShorter: after.metres < before.metres,
        };
    }

    light(id) {
        this.state.lit = id;
    }

    open(bar) {
        if (bar.order) {
            this.action.doAction({
                type: "ir.actions.act_window",
                res_model: "service.work.order",
                res_id: bar.order,
                views: [[false, "form"]],
                target: "new",
            });
        }
    }

    /** The visits behind a number. */
    list(name, ids) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "service.work.order",
            domain: [["id", "in", ids]],
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    listCalls() {
        return this.list(_t("Calls to make"), this.chart.calls);
    }

    listLeft() {
        return this.list(_t("Left out"), this.chart.left);
    }
}

function isChanged(row) {
    return [...row.now, ...row.then].some((bar) => bar.kind !== "same");
}

export function formatKm(metres) {
    const digits = metres && metres < 9950 ? 1 : 0;
    return _t("%s km", formatFloat(metres / 1000, { digits: [16, digits] }));
}

const formatEach = (metres) =>
    _t("%s km", formatFloat(metres / 1000, { digits: [16, 1] }));

/** 45 min, 2 h 10 min */
export function formatHours(seconds) {
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) {
        return _t("%s min", minutes);
    }
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    return rest && hours < 10
        ? _t("%(hours)s h %(minutes)s min", { hours, minutes: rest })
        : _t("%s h", Math.round(minutes / 60));
}

export const planChart = { component: PlanChart, supportedTypes: ["jsonb", "json"] };

registry.category("fields").add("service_plan_chart", planChart);
