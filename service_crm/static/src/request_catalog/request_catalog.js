import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { productCatalogKanbanView } from "@product/product_catalog/kanban_view";
import { ProductCatalogKanbanController } from "@product/product_catalog/kanban_controller";

/**
 * Odoo's product catalogue, filling a service request instead of an order. A request
 * has no order state to look at.
 */
export class RequestCatalogController extends ProductCatalogKanbanController {
    get stateFiels() {
        return ["service_number"];
    }

    _defineButtonContent() {
        this.buttonString = _t("Back to Request");
    }
}

registry.category("views").add("service_request_catalog", {
    ...productCatalogKanbanView,
    Controller: RequestCatalogController,
});
