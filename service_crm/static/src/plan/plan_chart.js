import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, useState } from "@odoo/owl";

const KINDS = {
    new: _t("New"),
    moved: _t("Other performer"),
    shifted: _t("Other time"),
    same: _t("Unchanged"),
    off: _t("Taken off the plan"),
};

/** Days of performers as they are now and as they would be, one above the other. */
export class PlanChart extends Component {
    static template = "service_crm.PlanChart";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.ui = useState(useService("ui"));
        this.kinds = Object.entries(KINDS);
    }

    get chart() {
        return this.props.record.data[this.props.name] || { rows: [], first: 8, last: 18 };
    }

    /** Rows with a word of whose they are, told once. */
    get rows() {
        let before;
        return this.chart.rows.map((row) => {
            const isFirst = row.performer !== before;
            before = row.performer;
            return { ...row, isFirst };
        });
    }

    /** What a phone lists: days with visits that could move. */
    get changedRows() {
        return this.rows.filter((row) => row.then.length || row.now.length);
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

    title(bar) {
        const parts = [`${bar.time} ${bar.label}`, KINDS[bar.kind], bar.why];
        if (bar.call) {
            parts.push(_t("Call the customer"));
        }
        return parts.filter(Boolean).join("\n");
    }

    kind(bar) {
        return KINDS[bar.kind];
    }

    /** Visits: 3, 24 km */
    road(part) {
        return _t("Visits: %(visits)s, %(km)s km", {
            visits: part.visits,
            km: (part.metres / 1000).toFixed(part.metres < 10000 ? 1 : 0),
        });
    }

    /** Visits: 1 → 2, 3 km → 24 km */
    compare({ before, after }) {
        const [from, to] = [before, after].map((part) => (part.metres / 1000).toFixed(0));
        return _t("Visits: %(before)s → %(after)s, %(from)s → %(to)s km", {
            before: before.visits,
            after: after.visits,
            from,
            to,
        });
    }

    open(bar) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "service.work.order",
            res_id: bar.order,
            views: [[false, "form"]],
            target: "new",
        });
    }
}

export const planChart = { component: PlanChart, supportedTypes: ["jsonb", "json"] };

registry.category("fields").add("service_plan_chart", planChart);
