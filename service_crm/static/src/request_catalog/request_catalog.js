import { useEffect, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { ProductCatalogKanbanController } from "@product/product_catalog/kanban_controller";
import { ProductCatalogKanbanRecord } from "@product/product_catalog/kanban_record";
import { ProductCatalogKanbanRenderer } from "@product/product_catalog/kanban_renderer";
import { productCatalogKanbanView } from "@product/product_catalog/kanban_view";
import { FreeLineDialog } from "./free_line_dialog";
import { PickerSearchModel } from "./picker_search_model";
import { PickerSearchPanel } from "./picker_search_panel";

const TYPING_PAUSE = 900;

/** One card: plus and minus, a typed number is the quantity, Delete takes it off. */
export class PickerRecord extends ProductCatalogKanbanRecord {
    setup() {
        super.setup();
        this.typed = { text: "", at: 0 };
        useEffect(
            (el) => {
                const onKeydown = (ev) => this.onPickerKeydown(ev);
                el?.addEventListener("keydown", onKeydown);
                return () => el?.removeEventListener("keydown", onKeydown);
            },
            () => [this.rootRef.el]
        );
    }

    onPickerKeydown(ev) {
        if (ev.target !== this.rootRef.el || ev.ctrlKey || ev.altKey || ev.metaKey) {
            return;
        }
        if (ev.key === "+" || ev.key === "=") {
            this.increaseQuantity();
        } else if (ev.key === "-") {
            this.decreaseQuantity();
        } else if (ev.key === "Delete" || ev.key === "Backspace") {
            this.removeProduct();
        } else if (/^[0-9]$/.test(ev.key)) {
            const now = Date.now();
            const text = now - this.typed.at < TYPING_PAUSE ? this.typed.text : "";
            this.typed = { text: `${text}${ev.key}`.slice(0, 6), at: now };
            this.updateQuantity(Number(this.typed.text));
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    decreaseQuantity() {
        if (this.productCatalogData.quantity > 0) {
            this.updateQuantity(Math.max(0, this.productCatalogData.quantity - 1));
        }
    }

    setQuantity(ev) {
        const quantity = parseFloat(ev.target.value);
        // An emptied field means none; a negative quantity means nothing.
        this.updateQuantity(quantity > 0 ? quantity : 0);
    }

    updateQuantity(quantity) {
        super.updateQuantity(quantity);
        this.env.searchModel.trigger("picker-pending");
    }

    async _updateQuantity() {
        await super._updateQuantity();
        this.env.searchModel.trigger("picker-changed");
    }
}

/** The list; when it is empty it says how to go on. */
export class PickerRenderer extends ProductCatalogKanbanRenderer {
    static template = "service_crm.PickerRenderer";
    static components = { ...ProductCatalogKanbanRenderer.components, KanbanRecord: PickerRecord };

    addFreeLine() {
        this.env.searchModel.trigger("picker-free-line");
    }

    clearFilters() {
        const { searchModel } = this.env;
        searchModel.clearSections([...searchModel.sections.keys()]);
        searchModel.clearQuery();
        searchModel.clearPicker();
    }
}

/**
 * Odoo's product catalogue as the picker of services: for a request or its quotation, with
 * the total of what was picked always in sight.
 */
export class RequestCatalogController extends ProductCatalogKanbanController {
    static template = "service_crm.Picker";

    setup() {
        super.setup();
        this.dialog = useService("dialog");
        this.keepLast = new KeepLast();
        this.picked = useState({ data: null, pending: false });
        useBus(this.env.searchModel, "picker-pending", () => (this.picked.pending = true));
        useBus(this.env.searchModel, "picker-changed", () => this.loadPicked());
        useBus(this.env.searchModel, "picker-free-line", () => this.addFreeLine());
    }

    async onWillStart() {
        await Promise.all([super.onWillStart(), this.loadPicked()]);
    }

    /** A request has no order state to look at. */
    get stateFiels() {
        return this.isRequest ? ["service_number"] : super.stateFiels;
    }

    get isRequest() {
        return this.orderResModel === "crm.lead";
    }

    _defineButtonContent() {
        super._defineButtonContent();
        if (this.isRequest) {
            this.buttonString = _t("Back to Request");
        }
    }

    async loadPicked() {
        const data = await this.keepLast.add(
            this.orm.call(this.orderResModel, "action_picker_state", [[this.orderId]])
        );
        Object.assign(this.picked, { data, pending: false });
    }

    addFreeLine() {
        const words = this.env.searchModel.facets.find((facet) => facet.type === "field");
        this.dialog.add(FreeLineDialog, {
            name: words?.values[0] || "",
            orderModel: this.orderResModel,
            orderId: this.orderId,
            onAdded: (data) => {
                Object.assign(this.picked, { data, pending: false });
            },
        });
    }
}

registry.category("views").add("service_request_catalog", {
    ...productCatalogKanbanView,
    Controller: RequestCatalogController,
    Renderer: PickerRenderer,
    SearchModel: PickerSearchModel,
    SearchPanel: PickerSearchPanel,
});
