import { registry } from "@web/core/registry";

/** Choose one of the records whose name begins so. */
const choose = (field, name) => [
    { trigger: `.o_field_widget[name=${field}] input`, run: `edit ${name}` },
    { trigger: `.o-autocomplete--dropdown-item:contains(${name}):first`, run: "click" },
];
const state = (name) => `.o_arrow_button_current:contains(${name})`;
const ahead = (count) => `[name=action_view_visits] .o_stat_value:contains(/^${count}$/)`;

registry.category("web_tour.tours").add("service_series", {
    steps: () => [
        {
            content: "Nothing yet: the screen says what will be here",
            trigger: ".o_view_nocontent:contains(No visits come again and again yet)",
        },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=name] input", run: "edit Monthly look" },
        ...choose("partner_id", "Alfa LLC"),
        { trigger: ".o_field_widget[name=site_id] input:value(Alfa LLC)" },
        ...choose("performer_id", "Service Performer"),
        { trigger: ".o_field_x2many_list_row_add a", run: "click" },
        ...choose("product_id", "Lift inspection"),
        {
            content: "The rule reads as a sentence",
            trigger: "[name=rule_label]:contains(every month on day)",
        },
        { trigger: "button[name=action_start]", run: "click" },
        {
            content: "A year is planned, the next visit is told",
            trigger: `body:has(${state("Running")}) [name=next_label]:contains(09:00)`,
        },
        { trigger: "button[name=action_view_visits]", run: "click" },
        {
            content: "The visits, one a month, each with its performer",
            trigger: ".o_list_view .o_data_row:nth-child(12):contains(Service Performer)",
        },
        { trigger: ".o_breadcrumb a:contains(Monthly look), .o_back_button", run: "click" },
        {
            content: "A pause takes away what nobody agreed to",
            trigger: "button[name=action_pause]",
            run: "click",
        },
        { trigger: ".modal:contains(nobody agreed) .modal-footer .btn-primary", run: "click" },
        { trigger: `body:has(${state("Paused")}) ${ahead("0")}` },
        { trigger: "button[name=action_resume]", run: "click" },
        { trigger: `body:has(${state("Running")}) ${ahead("1[234]")}` },
        { trigger: "[name=next_label]:contains(09:00)" },
    ],
});
