import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatSelection } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Signs and colours of the states, as people know them from messengers. */
const TICKS = {
    waiting: { icons: ["fa-calendar-o"], tone: "text-muted" },
    queued: { icons: ["fa-clock-o"], tone: "text-muted" },
    sending: { icons: ["fa-paper-plane-o"], tone: "text-info" },
    sent: { icons: ["fa-check"], tone: "text-info" },
    delivered: { icons: ["fa-check", "fa-check"], tone: "text-success" },
    failed: { icons: ["fa-times-circle"], tone: "text-danger" },
    unknown: { icons: ["fa-question-circle"], tone: "text-warning" },
    suppressed: { icons: ["fa-ban"], tone: "text-warning" },
};

/** How far a message has come: ticks and words together. */
export class TicksField extends Component {
    static template = "service_crm_sms.TicksField";
    static props = { ...standardFieldProps };

    get ticks() {
        return TICKS[this.props.record.data[this.props.name]];
    }

    get words() {
        const { record, name } = this.props;
        return formatSelection(record.data[name], { selection: record.fields[name].selection });
    }
}

export const ticksField = {
    component: TicksField,
    displayName: _t("Ticks of a message"),
    supportedTypes: ["selection"],
};

registry.category("fields").add("service_ticks", ticksField);
