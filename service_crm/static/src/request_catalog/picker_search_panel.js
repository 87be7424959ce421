import { onWillStart } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { SearchPanel } from "@web/search/search_panel/search_panel";

/** Category and brand as Odoo shows them, then price and the properties of the category. */
export class PickerSearchPanel extends SearchPanel {
    static template = "service_crm.PickerSearchPanel";

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.keepFacets = new KeepLast();
        this.state.facets = [];
        this.state.fits = [];
        this.setPriceSoon = useDebounced((changes) => this.setPrice(changes), 400);
        useBus(this.env.searchModel, "update", () => this.loadFacets());
        onWillStart(async () => {
            const [state] = await Promise.all([
                this.orm.call(this.orderModel, "action_picker_state", [[this.orderId]]),
                this.loadFacets(),
            ]);
            this.state.fits = state.fits;
        });
    }

    get orderModel() {
        return this.env.searchModel.globalContext.product_catalog_order_model;
    }

    get orderId() {
        return this.env.searchModel.globalContext.order_id;
    }

    get picker() {
        return this.env.searchModel.picker;
    }

    get categoryId() {
        const [category] = this.env.searchModel.getSections((s) => s.type === "category");
        return category?.activeValueId || false;
    }

    async loadFacets() {
        const categoryId = this.categoryId;
        if (categoryId === this.facetsOf) {
            return;
        }
        this.facetsOf = categoryId;
        this.state.facets = await this.keepFacets.add(
            this.orm.call(this.orderModel, "action_picker_facets", [categoryId])
        );
        this.env.searchModel.keepPickerFacets(this.state.facets);
    }

    isChosen(facet, value) {
        return Boolean(this.picker.facets[facet.key]?.values.includes(value));
    }

    setPrice(changes) {
        const [[name, text]] = Object.entries(changes);
        const value = text.trim().replace(",", ".");
        if (!isNaN(value) && this.picker[name] !== value) {
            this.env.searchModel.setPicker({ [name]: value });
        }
    }

    hasSelection(sectionId = 0) {
        return super.hasSelection(sectionId) || (!sectionId && this.env.searchModel.isPickerFiltered);
    }

    clearSelection(sectionId = 0) {
        super.clearSelection(sectionId);
        if (!sectionId) {
            this.env.searchModel.clearPicker();
        }
    }
}
