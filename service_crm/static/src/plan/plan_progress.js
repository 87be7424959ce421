import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onWillUnmount, useEffect, useState } from "@odoo/owl";

const PULSE = 1000;
const BUSY = ["queued", "running"];

/** How far the planning is, asked again and again; the form follows when it is done. */
export class PlanProgress extends Component {
    static template = "service_crm.PlanProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ progress: 0, waiting: true, cancelling: false });
        useEffect(
            (state, id) => {
                this.stop();
                if (id && BUSY.includes(state)) {
                    this.state.progress = this.props.record.data.progress;
                    this.state.waiting = state === "queued";
                    this.state.cancelling = false;
                    this.timer = setTimeout(() => this.ask(), PULSE);
                }
            },
            () => [this.props.record.data.state, this.props.record.resId]
        );
        onWillUnmount(() => this.stop());
    }

    stop() {
        clearTimeout(this.timer);
        this.timer = null;
    }

    async ask() {
        const { record } = this.props;
        const timer = this.timer;
        let answer;
        try {
            answer = await this.orm.silent.call("service.plan", "action_poll", [[record.resId]]);
        } catch {
            // The connection will be back: it is asked again.
        }
        if (timer !== this.timer) {
            return;
        }
        if (answer && !BUSY.includes(answer.state)) {
            await record.load();
            return;
        }
        if (answer) {
            this.state.progress = answer.progress;
            this.state.waiting = answer.state === "queued";
        }
        this.timer = setTimeout(() => this.ask(), PULSE);
    }

    async cancel() {
        this.state.cancelling = true;
        await this.orm.call("service.plan", "action_cancel", [[this.props.record.resId]]);
        if (this.state.waiting) {
            await this.props.record.load();
        }
    }
}

export const planProgress = {
    component: PlanProgress,
    fieldDependencies: [
        { name: "progress", type: "integer" },
        { name: "state", type: "selection" },
    ],
};

registry.category("view_widgets").add("service_plan_progress", planProgress);
