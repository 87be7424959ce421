import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { useStepActions } from "./step_actions";
import { getResultLabel, getStateLook } from "./step_words";

/** On a card of “My Processes”: the next action, and the buttons that do it. */
export class StepButtons extends Component {
    static template = "service_crm_bpm.StepButtons";
    static props = { ...standardFieldProps };

    setup() {
        this.actions = useStepActions(() => this.props.record.model.load());
        this.getResultLabel = getResultLabel;
        this.getStateLook = getStateLook;
    }

    get step() {
        return this.props.record.data[this.props.name];
    }

    get openPoints() {
        return this.step.checks.filter((point) => !point.done).length;
    }

    /** What to do, in a line: the first thing missing, else the instruction's beginning. */
    get action() {
        const { error, obstacles, waits, instruction, person } = this.step;
        if (error || obstacles.length || (!person && waits)) {
            return error || obstacles[0] || waits;
        }
        const text = new DOMParser().parseFromString(instruction || "", "text/html").body.textContent.trim();
        return text.length > 120 ? `${text.slice(0, 117)}…` : text;
    }

    get isBlocked() {
        return this.actions.state.busy || this.step.obstacles.length > 0 || this.step.paused;
    }
}

registry.category("fields").add("bpm_step_buttons", {
    component: StepButtons,
    displayName: _t("Next action of a stage"),
    supportedTypes: ["json"],
});
