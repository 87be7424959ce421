import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** One bar of parts with a legend; a part with a domain opens its rows. */
export class MailingChart extends Component {
    static template = "service_crm_sms.MailingChart";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get chart() {
        return this.props.record.data[this.props.name] || {};
    }

    get parts() {
        const parts = this.chart.parts || [];
        const total = parts.reduce((sum, part) => sum + part.count, 0);
        return parts.map((part) => ({
            ...part,
            number: formatInteger(part.count),
            share: (100 * part.count) / total,
            percent: Math.round((100 * part.count) / total),
        }));
    }

    open(part) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: part.label,
            res_model: this.chart.model,
            domain: part.domain,
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }
}

registry.category("fields").add("service_mailing_chart", {
    component: MailingChart,
    supportedTypes: ["json"],
});
