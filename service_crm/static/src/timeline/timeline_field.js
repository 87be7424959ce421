import { Component } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const { DateTime } = luxon;

/** When a request came to which stage, by whom, and how long it stayed there. */
export class TimelineField extends Component {
    static template = "service_crm.TimelineField";
    static props = { ...standardFieldProps };

    get entries() {
        return (this.props.record.data[this.props.name] || []).map((entry) => {
            const date = deserializeDateTime(entry.date);
            const year = date.hasSame(DateTime.now(), "year") ? "" : " yyyy";
            return {
                ...entry,
                when: date.toFormat(`d LLL${year}, HH:mm`),
                exactly: formatDateTime(date),
                avatar: `/web/image/res.users/${entry.user_id}/avatar_128`,
            };
        });
    }
}

export const timelineField = {
    component: TimelineField,
    supportedTypes: ["json", "jsonb"],
};

registry.category("fields").add("service_timeline", timelineField);
