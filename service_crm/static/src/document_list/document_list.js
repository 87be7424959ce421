import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const LOOKS = {
    missing: "text-bg-warning",
    draft: "text-bg-secondary",
    issued: "text-bg-info",
    sent: "text-bg-info",
    signed: "text-bg-success",
    invoiced: "text-bg-success",
    expired: "text-bg-danger",
    cancelled: "text-bg-light",
};

/** The documents of a request or a visit: which are there, who holds them, what is missing. */
export class DocumentList extends Component {
    static template = "service_crm.DocumentList";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get value() {
        return this.props.record.data[this.props.name] || { rows: [] };
    }

    get rows() {
        return this.value.rows.map((row, index) => ({
            ...row,
            key: `${row.model}_${row.id}_${index}`,
            look: row.state === "missing" && !row.required ? "text-bg-light border" : LOOKS[row.state],
            where: [row.number, row.visit].filter(Boolean).join(" · "),
            wait: row.required && !row.there ? this.getWait(row) : "",
        }));
    }

    getWait(row) {
        return row.needed_by ? _t("needed for: %s", row.needed_by) : _t("required");
    }

    async open(row) {
        if (!row.id) {
            return;
        }
        await this.props.record.save();
        this.action.doAction(
            await this.orm.call(row.model, "get_formview_action", [[row.id]])
        );
    }
}

registry.category("fields").add("service_document_list", {
    component: DocumentList,
    displayName: _t("Documents of a job"),
    supportedTypes: ["json"],
});
