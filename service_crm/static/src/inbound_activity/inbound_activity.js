import { Activity } from "@mail/core/web/activity";
import { patch } from "@web/core/utils/patch";

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
