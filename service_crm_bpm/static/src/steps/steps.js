import { Component, markup, onMounted, onPatched } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { useStepActions } from "./step_actions";
import { getDeadline, getResultLabel, getStateLook } from "./step_words";

/** What there is to do now, at each stage where the process stands. */
export class Steps extends Component {
    static template = "service_crm_bpm.Steps";
    static components = { RecordSelector };
    static props = { ...standardFieldProps };

    setup() {
        this.actions = useStepActions(() => this.reload());
        this.actionService = useService("action");
        this.orm = useService("orm");
        this.getDeadline = getDeadline;
        this.getResultLabel = getResultLabel;
        this.getStateLook = getStateLook;
        this.seen = new Set();
        onMounted(() => this.markSeen());
        onPatched(() => this.markSeen());
    }

    get value() {
        return this.props.record.data[this.props.name] || { steps: [], state: "" };
    }

    get steps() {
        return this.value.steps.map((step) => ({
            ...step,
            instruction: step.instruction && markup(step.instruction),
        }));
    }

    get endText() {
        return this.value.state === "cancelled"
            ? _t("The process was cancelled: there is nothing to do.")
            : _t("The process has ended: there is nothing to do.");
    }

    /** What the process is about: most of what is missing is filled in there. */
    get documentName() {
        return this.props.record.data.document_name;
    }

    isBlocked(step) {
        return this.actions.state.busy || step.obstacles.length > 0 || step.paused;
    }

    getBlockedTitle(step) {
        return step.obstacles.length ? _t("First: %s", step.obstacles.join(" · ")) : "";
    }

    /** Unsaved changes of the card go first: a note belongs to the step it was written for. */
    async act(callback) {
        if (await this.props.record.save()) {
            await callback();
        }
    }

    async openDocument() {
        const { resId } = this.props.record;
        const action = await this.orm.call("bpm.instance", "action_open_document", [[resId]]);
        await this.actionService.doAction(action);
    }

    async reload() {
        await this.props.record.load();
    }

    async markSeen() {
        for (const step of this.value.steps) {
            if (step.mine && !step.seen && !this.seen.has(step.id)) {
                this.seen.add(step.id);
                await this.actions.seen(step);
            }
        }
    }
}

registry.category("fields").add("bpm_steps", {
    component: Steps,
    displayName: _t("What to do now"),
    supportedTypes: ["json"],
});
