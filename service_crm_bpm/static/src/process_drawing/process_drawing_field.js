import { Component, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ProcessDrawing } from "./process_drawing";

const PAGES = { "bpm.stage": "stages", "bpm.transition": "ways" };
const MARKED = "o_bpm_row_marked";

/**
 * The drawing beside the lists of a form: what is chosen in the drawing is found in the
 * list, also rows that are not saved yet.
 */
export class ProcessDrawingField extends Component {
    static template = "service_crm_bpm.ProcessDrawingField";
    static components = { ProcessDrawing };
    static props = {
        ...standardFieldProps,
        direction: { type: String, optional: true },
        lists: { type: Object, optional: true },
    };
    static defaultProps = { direction: "", lists: {} };

    setup() {
        this.root = useRef("root");
    }

    get drawing() {
        return this.props.record.data[this.props.name];
    }

    get name() {
        return this.props.record.data.name || "";
    }

    /** The row of an element: `{list, record}`, nothing when the form has no such list. */
    findRow({ model, id }) {
        const name = this.props.lists[model];
        const list = name && this.props.record.data[name];
        const record = list?.records.find((row) => String(row.resId || row._virtualId) === id);
        return record && { list, record, page: PAGES[model] };
    }

    /** The element on the lists' side: its row in view, and marked. */
    async select(element) {
        const cell = await this.showRow(element);
        if (cell) {
            const row = cell.parentElement;
            for (const other of row.closest("table").querySelectorAll(`.${MARKED}`)) {
                other.classList.remove(MARKED);
            }
            row.classList.add(MARKED);
            row.scrollIntoView({ block: "nearest" });
        }
    }

    async open(element) {
        (await this.showRow(element))?.click();
    }

    /** The first cell of the row of an element, after its page has been opened. */
    async showRow(element) {
        const found = this.findRow(element);
        if (!found) {
            return null;
        }
        const form = this.root.el.closest(".o_form_view");
        const selector = `tr[data-id="${found.record.id}"] td.o_data_cell`;
        if (!form.querySelector(selector)) {
            form.querySelector(`.o_notebook .nav-link[name="${found.page}"]`)?.click();
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
        lists: {
            ...(options.stages && { "bpm.stage": options.stages }),
            ...(options.ways && { "bpm.transition": options.ways }),
        },
    }),
});
