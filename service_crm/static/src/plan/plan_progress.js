import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onWillUnmount, useEffect, useState } from "@odoo/owl";

const PULSE = 1000;
const PATIENCE = 90; // looks without a turn: somebody should look at the server
const BUSY = ["queued", "running"];

/** How far the planning is, asked again and again; the form follows when it is done. */
export class PlanProgress extends Component {
    static template = "service_crm.PlanProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ progress: 0, looks: 0, cancelling: false });
        useEffect(
            (state, id) => {
                this.stop();
                if (id && BUSY.includes(state)) {
                    this.state.progress = this.props.record.data.progress;
                    this.state.looks = 0;
                    this.state.cancelling = this.state.cancelling && state === "running";
                    this.timer = setTimeout(() => this.ask(), PULSE);
                }
            },
            () => [this.props.record.data.state, this.props.record.resId]
        );
        onWillUnmount(() => this.stop());
    }

    /** What it is doing: waiting, reading or searching. */
    get phase() {
        if (this.state.cancelling) {
            return "stopping";
        }
        if (this.props.record.data.state === "queued") {
            return this.state.looks > PATIENCE ? "late" : "waiting";
        }
        return this.state.progress ? "searching" : "reading";
    }

    /** Seconds to go. */
    get left() {
        return Math.ceil((this.props.record.data.seconds * (100 - this.state.progress)) / 100);
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
        if (answer && answer.state !== record.data.state) {
            await record.load();
            return;
        }
        this.state.looks++;
        if (answer) {
            this.state.progress = answer.progress;
        }
        this.timer = setTimeout(() => this.ask(), PULSE);
    }

    async cancel() {
        this.state.cancelling = true;
        await this.orm.call("service.plan", "action_cancel", [[this.props.record.resId]]);
        if (this.props.record.data.state === "queued") {
            await this.props.record.load();
        }
    }
}

export const planProgress = {
    component: PlanProgress,
    fieldDependencies: [
        { name: "progress", type: "integer" },
        { name: "seconds", type: "integer" },
        { name: "state", type: "selection" },
    ],
};

registry.category("view_widgets").add("service_plan_progress", planProgress);
