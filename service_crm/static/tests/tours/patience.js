import { registry } from "@web/core/registry";

/** Odoo waits ten seconds for a step. A busy machine is no mistake: ours wait longer. */
const PATIENCE = 60000; // the most that Odoo accepts
const tours = registry.category("web_tour.tours");

function wait(name, tour) {
    if (name.startsWith("service_")) {
        const { steps } = tour;
        tour.steps = () => steps().map((step) => ({ timeout: PATIENCE, ...step }));
    }
}

for (const [name, tour] of tours.getEntries()) {
    wait(name, tour);
}
tours.addEventListener("UPDATE", ({ detail: { operation, key, value } }) => {
    if (operation === "add") {
        wait(key, value);
    }
});
