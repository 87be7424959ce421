import { registry } from "@web/core/registry";
import { useBus } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/**
 * What only one kind of gateway needs, as fields of a form. The names, labels and
 * choices come with the record, in `option_fields`.
 */
export class GatewayOptions extends Component {
    static template = "service_crm_sms.GatewayOptions";
    static props = { ...standardFieldProps };

    setup() {
        this.pending = null; // values on their way to the record
        this.typed = null; // what stands in a field that was not left yet
        useBus(this.props.record.model.bus, "NEED_LOCAL_CHANGES", ({ detail }) => {
            if (this.typed) {
                detail.proms.push(this.change(this.typed.field, this.typed.value));
            }
        });
    }

    get groups() {
        const groups = [];
        for (const field of this.props.record.data.option_fields || []) {
            const title = field.group || "";
            let group = groups.find((known) => known.title === title);
            if (!group) {
                group = { title, fields: [] };
                groups.push(group);
            }
            group.fields.push(field);
        }
        return groups;
    }

    get values() {
        return this.props.record.data[this.props.name] || {};
    }

    getId(field) {
        return `${this.props.id || this.props.name}_${field.name}`;
    }

    getValue(field) {
        return this.values[field.name] ?? "";
    }

    getChoice(field) {
        const value = this.getValue(field) || field.choices[0][0];
        return (field.choices.find((choice) => choice[0] === value) || ["", ""])[1];
    }

    getRows(field) {
        return Math.min(12, Math.max(3, String(this.getValue(field)).split("\n").length + 1));
    }

    type(field, value) {
        this.typed = { field, value };
    }

    async change(field, value) {
        this.typed = null;
        const values = { ...(this.pending || this.values) };
        if (value === "" || value === false) {
            delete values[field.name];
        } else {
            values[field.name] = value;
        }
        this.pending = values;
        await this.props.record.update({ [this.props.name]: values });
        if (this.pending === values) {
            this.pending = null;
        }
    }
}

registry.category("fields").add("service_gateway_options", {
    component: GatewayOptions,
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "option_fields", type: "json" }],
});
