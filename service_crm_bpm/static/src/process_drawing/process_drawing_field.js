import { Component, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ProcessDrawing } from "./process_drawing";

const MARKED = "o_bpm_row_marked";

/** Where the elements of a process stand in its form: `[field, page of the notebook]`. */
const LISTS = {
    stage: ["stage_ids", "stages"],
    way: ["transition_ids", "ways"],
    lane: ["lane_ids", "lanes"],
    variable: ["variable_ids", "variables"],
};

/**
 * The drawing beside the lists of a form: what is chosen in the drawing is found in its
 * list, also rows that are not saved yet.
 */
export class ProcessDrawingField extends Component {
    static template = "service_crm_bpm.ProcessDrawingField";
    static components = { ProcessDrawing };
    static props = {
        ...standardFieldProps,
        direction: { type: String, optional: true },
        problems: { type: String, optional: true },
    };

    setup() {
        this.root = useRef("root");
    }

    get drawing() {
        return this.props.record.data[this.props.name];
    }

    get name() {
        return this.props.record.data.name || "";
    }

    get problems() {
        return this.props.record.data[this.props.problems] || [];
    }

    /** Show the row of an element in its list, and mark it. */
    async select(element) {
        const row = await this.showRow(element);
        if (row) {
            for (const other of row.parentElement.querySelectorAll(`.${MARKED}`)) {
                other.classList.remove(MARKED);
            }
            row.classList.add(MARKED);
            row.scrollIntoView({ block: "nearest" });
        }
    }

    async open(element) {
        const row = await this.showRow(element);
        (row?.querySelector(".o_data_cell") || row)?.click();
    }

    /** The row (on phones: the card) of an element, after its page has been opened. */
    async showRow({ element, id }) {
        const [name, page] = LISTS[element] || [];
        const rows = this.props.record.data[name]?.records || [];
        const row = rows.find(({ resId, _virtualId }) => String(resId || _virtualId) === id);
        const form = this.root.el.closest(".o_form_view");
        if (!row || !form) {
            return null;
        }
        const selector = `[name="${name}"] [data-id="${row.id}"]`;
        if (!form.querySelector(selector)) {
            form.querySelector(`.o_notebook .nav-link[name="${page}"]`)?.click();
            await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        }
        return form.querySelector(selector);
    }
}

registry.category("fields").add("bpm_drawing", {
    component: ProcessDrawingField,
    displayName: _t("Drawing of a process"),
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({
        direction: options.direction,
        problems: options.problems,
    }),
});
