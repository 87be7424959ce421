import { Activity } from "@mail/core/common/activity_model";
import { assignIn } from "@mail/utils/common/misc";
import { patch } from "@web/core/utils/patch";

patch(Activity, {
    _insert(data) {
        const activity = super._insert(...arguments);
        assignIn(activity, data, ["bpm_run_id"]);
        return activity;
    },
});

patch(Activity.prototype, {
    /** After the task of a process its card opens, to choose what comes next. */
    async markAsDone() {
        const runId = this.bpm_run_id;
        await super.markAsDone(...arguments);
        if (runId) {
            await this.store.env.services.action.doAction({
                type: "ir.actions.act_window",
                res_model: "bpm.instance",
                res_id: runId,
                views: [[false, "form"]],
            });
        }
    },
});
