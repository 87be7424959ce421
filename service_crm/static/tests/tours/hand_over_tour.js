import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("service_hand_over", {
    steps: () => [
        {
            content: "A job of mine that I cannot do",
            trigger: ".o_kanban_record:contains(Alfa) .fw-bold:first",
            run: "click",
        },
        { trigger: ".o_service_job button[name=action_hand_over]", run: "click" },
        {
            content: "A phone has a screen of its own to choose from",
            trigger: ".modal .o_field_widget[name=colleague_ids] input",
            run: "click",
        },
        { trigger: ".modal .o_kanban_record:contains(Олег Помощник):not(:contains(Crew))", run: "click" },
        { trigger: ".modal .o_tag:contains(Олег Помощник)" },
        { trigger: ".modal .o_field_widget[name=note] input", run: "edit My car broke down" },
        { trigger: ".modal button[name=action_offer]", run: "click" },
        {
            content: "Until he says yes it stays mine",
            trigger: "body:not(:has(.modal)) .alert:contains(Colleagues are asked)",
        },
        { trigger: ".o_form_view:not(:has(button[name=action_hand_over]))" },
    ],
});

registry.category("web_tour.tours").add("service_take_over", {
    steps: () => [
        {
            trigger:
                ".o_kanban_record:contains(Service Performer):contains(asks you to take it over):contains(My car broke down) button[name=action_accept]",
            run: "click",
        },
        { trigger: ".o_view_nocontent:contains(Nothing is offered to you now)" },
    ],
});
