import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("service_suggestion_take", {
    steps: () => [
        {
            content: "The dispatcher asks who could come",
            trigger: ".o_service_suggest",
            run: "click",
        },
        {
            content: "The best one first, with why",
            trigger:
                ".o_service_suggestion:first:contains(Service Performer) .badge:contains(personal performer)",
        },
        {
            content: "And who not",
            trigger: ".o_service_suggestions summary:contains(Not suggested: 1)",
            run: "click",
        },
        {
            content: "Why not",
            trigger: ".o_service_suggestions details[open] li:contains(Новичок):contains(lacks the skill)",
        },
        {
            content: "One click plans the visit",
            trigger: ".o_service_suggestion:first .o_service_suggestion_take",
            run: "click",
        },
        {
            content: "It stands in the order, and the panel is gone",
            trigger: ".o_field_widget[name=performer_id] input:value(Service Performer)",
        },
        {
            trigger: ".o_form_view:not(:has(.o_service_suggestions)) .o_service_suggest",
        },
    ],
});
