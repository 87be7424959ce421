import { AccountProductCatalogSearchModel } from "@account/components/product_catalog/search/search_model";
import { Domain } from "@web/core/domain";

const EMPTY = { fits: false, picked: false, priceFrom: "", priceTo: "", facets: {} };

/** What one filter by a property looks for; a label may stand for several categories. */
export function getFacetDomain(facet, values) {
    const parts = facet.names.flatMap((name) => {
        const path = `service_properties.${name}`;
        if (facet.type === "boolean") {
            return [[[path, "=", true]]];
        }
        // Of several values of a text one has to be met; a list of tags holds any of them.
        return facet.type === "tags"
            ? values.map((value) => [[path, "in", [value]]])
            : [[[path, "in", values]]];
    });
    return Domain.or(parts);
}

/** The search of Odoo's catalogue, and the filters of the picker: all count at once. */
export class PickerSearchModel extends AccountProductCatalogSearchModel {
    setup() {
        super.setup(...arguments);
        this.picker = { ...EMPTY, facets: {} };
    }

    exportState() {
        return { ...super.exportState(), picker: this.picker };
    }

    _importState(state) {
        super._importState(state);
        this.picker = state.picker || { ...EMPTY, facets: {} };
    }

    get isPickerFiltered() {
        const { fits, picked, priceFrom, priceTo, facets } = this.picker;
        return Boolean(
            fits || picked || priceFrom || priceTo || Object.keys(facets).length
        );
    }

    /** Change some filters; the list follows. */
    setPicker(changes) {
        Object.assign(this.picker, changes);
        this._notify();
    }

    clearPicker() {
        this.setPicker({ ...EMPTY, facets: {} });
    }

    /** Choose or unchoose one value of a property. */
    togglePickerValue(facet, value) {
        const facets = { ...this.picker.facets };
        const before = facets[facet.key]?.values || [];
        const values = before.includes(value)
            ? before.filter((other) => other !== value)
            : [...before, value];
        if (values.length) {
            facets[facet.key] = { names: facet.names, type: facet.type, values };
        } else {
            delete facets[facet.key];
        }
        this.setPicker({ facets });
    }

    /** Filters by properties the chosen category does not have hide everything: drop them. */
    keepPickerFacets(known) {
        const facets = {};
        for (const facet of known) {
            const chosen = this.picker.facets[facet.key];
            if (chosen) {
                facets[facet.key] = { ...chosen, names: facet.names };
            }
        }
        if (Object.keys(facets).length !== Object.keys(this.picker.facets).length) {
            this.setPicker({ facets });
        }
    }

    getPickerDomain() {
        const { fits, picked, priceFrom, priceTo, facets } = this.picker;
        const domains = Object.values(facets).map((facet) =>
            getFacetDomain(facet, facet.values)
        );
        if (fits) {
            domains.push([["service_fits", "=", true]]);
        }
        if (picked) {
            domains.push([["service_picked", "=", true]]);
        }
        if (priceFrom !== "") {
            domains.push([["list_price", ">=", Number(priceFrom)]]);
        }
        if (priceTo !== "") {
            domains.push([["list_price", "<=", Number(priceTo)]]);
        }
        return Domain.and(domains);
    }

    _getDomain(params = {}) {
        const domain = super._getDomain({ ...params, raw: true });
        const all = this.picker ? Domain.and([domain, this.getPickerDomain()]) : domain;
        return params.raw ? all : all.toList(this.domainEvalContext);
    }
}
