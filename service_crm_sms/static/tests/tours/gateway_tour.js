import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("service_sms_gateway", {
    steps: () => [
        {
            trigger: ".o_field_widget[name=name] input",
            run: "edit Local operator",
        },
        {
            content: "Any service with an address",
            trigger: ".o_field_widget[name=kind] input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains(Other)",
            run: "click",
        },
        {
            content: "Its settings are asked for",
            trigger: ".o_field_widget[name=url] input",
            run: "edit https://sms.example.com/send",
        },
        {
            trigger: ".o_service_gateway_options label:contains(Meaning of the States) + textarea",
            run: "edit ok = sent",
        },
        {
            trigger: ".o_service_gateway_options label:contains(Method) + select",
            run: "select GET",
        },
        {
            trigger: ".o_service_gateway_options .form-check:contains(Knows Our Id) input",
            run: "click",
        },
        {
            trigger: ".o_service_gateway_options label:contains(Currency) + input",
            run: "fill EUR",
        },
        {
            content: "Saved by keyboard, the field not left",
            trigger: ".o_service_gateway_options label:contains(Currency) + input",
            run: "press alt+s",
        },
        {
            trigger: ".o_form_saved",
        },
    ],
});
