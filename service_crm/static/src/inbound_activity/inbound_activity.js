import { Activity as ActivityModel } from "@mail/core/common/activity_model";
import { Activity } from "@mail/core/web/activity";
import { assignIn } from "@mail/utils/common/misc";
import { patch } from "@web/core/utils/patch";

patch(ActivityModel, {
    _insert(data) {
        const activity = super._insert(...arguments);
        assignIn(activity, data, ["service_inbound_id"]);
        return activity;
    },
});

/** The to-do "Known customer wrote" is answered where it stands: with a request. */
patch(Activity.prototype, {
    async makeServiceRequest() {
        const { orm, action } = this.env.services;
        const thread = this.thread;
        const answer = await orm.call("service.inbound", "action_make_request", [
            [this.props.activity.service_inbound_id],
        ]);
        this.props.onActivityChanged(thread);
        await action.doAction(answer);
    },

    async attachToServiceRequest() {
        const { orm, action } = this.env.services;
        const thread = this.thread;
        const question = await orm.call("service.inbound", "action_attach", [
            [this.props.activity.service_inbound_id],
        ]);
        await action.doAction(question, {
            onClose: () => this.props.onActivityChanged(thread),
        });
    },
});
