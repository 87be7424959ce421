import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("service_story_performer_accept", {
    steps: () => [
        {
            content: "A job: when, where, what",
            trigger: ".o_kanban_record:contains(Lift inspection) button[name=action_accept]",
            run: "click",
        },
        {
            trigger: ".o_kanban_record button[name=action_on_the_way]",
        },
    ],
});

registry.category("web_tour.tours").add("service_story_performer", {
    steps: () => [
        {
            trigger: ".o_kanban_record button[name=action_on_the_way]",
            run: "click",
        },
        {
            trigger: ".o_kanban_record button[name=action_start]",
            run: "click",
        },
        {
            content: "At work: what was done",
            trigger: ".o_kanban_record button:contains(Hand in)",
            run: "click",
        },
        {
            trigger: ".o_service_lines .o_kanban_record:contains(Lift inspection) button[aria-label='Mark as done']",
            run: "click",
        },
        {
            trigger: ".o_service_lines .o_kanban_record:contains(Lift inspection) button[aria-label='Not done']",
        },
        {
            trigger: ".o_service_lines .o_kanban_record:contains(Ролик двери) button[aria-label='Mark as done']",
            run: "click",
        },
        {
            trigger: ".o_service_lines .o_kanban_record:contains(Ролик двери) button[aria-label='Not done']",
        },
        {
            trigger: ".o_field_widget[name=report] textarea",
            run: "edit Ролики заменены, дверь отрегулирована",
        },
        {
            trigger: "button[name=action_done]",
            run: "click",
        },
        {
            trigger: ".alert-success:contains(Handed in)",
        },
    ],
});
