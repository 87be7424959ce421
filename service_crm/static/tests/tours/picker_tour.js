import { registry } from "@web/core/registry";

const card = (name) => `.o_kanban_record:not(.o_kanban_ghost):contains(${name})`;
const filter = (label) => `.o_service_picker_facet label:contains(${label})`;

/** Several filters at once, quantities by keyboard, what is missing in own words. */
registry.category("web_tour.tours").add("service_picker_tour", {
    steps: () => [
        { trigger: "button[name=action_open_catalogue]", run: "click" },
        { content: "All there is", trigger: card("Wheel 60") },
        {
            content: "Of one category",
            trigger: ".o_search_panel_category_value header:contains(Rollers)",
            run: "click",
        },
        { trigger: `.o_kanban_renderer:not(:has(${card("Door leaf")}))` },
        { content: "Of one brand", trigger: ".o_search_panel_filter_value label:contains(Otis)", run: "click" },
        { trigger: `.o_kanban_renderer:has(${card("Wheel 60")}):not(:has(${card("Wheel 90")}))` },
        { content: "And of one colour", trigger: filter("Red"), run: "click" },
        { trigger: `.o_kanban_renderer:has(${card("Wheel 48")}):not(:has(${card("Wheel 60")}))` },
        { content: "And not too dear", trigger: "input[aria-label='Price to']", run: "edit 70" },
        { trigger: `.o_kanban_renderer:has(${card("Wheel 48")}):not(:has(${card("Wheel 52")}))` },
        {
            content: "Twelve of them, typed on the card",
            trigger: card("Wheel 48"),
            run() {
                this.anchor.focus();
                for (const key of "12") {
                    this.anchor.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
                }
            },
        },
        { content: "The total follows", trigger: ".o_service_picker_total:contains('600.00')" },
        {
            content: "What nothing fits is written in own words",
            trigger: ".o_service_picker_bar button:contains(Free Line)",
            run: "click",
        },
        { trigger: ".modal textarea", run: "edit Weld a hinge" },
        { trigger: "#o_service_free_price", run: "edit 55,5" },
        { trigger: "#o_service_free_price", run: "press Enter" },
        {
            trigger:
                ".o_service_picker_total:contains('655.50'):contains('not in the catalogue: 1')",
        },
        { trigger: ".o-kanban-button-back", run: "click" },
        { trigger: ".o_field_widget[name=service_amount_total]:contains('655.50')" },
    ],
});

/** The same by thumb. */
registry.category("web_tour.tours").add("service_picker_phone_tour", {
    steps: () => [
        { trigger: "button[name=action_open_catalogue]", run: "click" },
        { trigger: `${card("Wheel 48")} button:has(.fa-shopping-cart)`, run: "click" },
        { trigger: `${card("Wheel 48")} button:has(.fa-plus)`, run: "click" },
        { trigger: ".o_service_picker_total:contains('100.00')" },
        { trigger: ".o_service_picker_bar button:contains(Ready)", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=name]" },
    ],
});
