import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { useStepActions } from "./step_actions";
import { getDeadline, getResultLabel, getStateLook } from "./step_words";

/** On a card of “My Processes”: the next action, and the buttons that do it. */
export class StepButtons extends Component {
    static template = "service_crm_bpm.StepButtons";
    static props = { ...standardFieldProps };

    setup() {
        this.actions = useStepActions(() => this.props.record.model.load());
        this.actionService = useService("action");
        this.orm = useService("orm");
        this.getDeadline = getDeadline;
        this.getResultLabel = getResultLabel;
        this.getStateLook = getStateLook;
    }

    get step() {
        return this.props.record.data[this.props.name];
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
        return this.step.obstacles.length > 0 || this.step.paused;
    }

    /** Begin; what is still to be done first stands on the card, so that opens. */
    async begin() {
        await this.actions.begin(this.step);
        if (this.step.obstacles.length) {
            this.openCard();
        }
    }

    async openCard() {
        const card = await this.orm.call("bpm.token", "action_open_card", [[this.step.id]]);
        await this.actionService.doAction(card);
    }
}

registry.category("fields").add("bpm_step_buttons", {
    component: StepButtons,
    displayName: _t("Next action of a stage"),
    supportedTypes: ["json"],
});
