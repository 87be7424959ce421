import { useService } from "@web/core/utils/hooks";
import { useState } from "@odoo/owl";

/** The steps a person takes on a stage: asks the server, then shows what came of it. */
export function useStepActions(reload) {
    const orm = useService("orm");
    const action = useService("action");
    const state = useState({ busy: false });

    const run = (step, method, args = []) => call(step, "bpm.token", step.id, method, args);
    const decide = (step, method) => call(step, "service.approval", step.approval, method, []);

    async function call(step, model, id, method, args) {
        if (state.busy) {
            return;
        }
        state.busy = true;
        try {
            const result = await orm.call(model, method, [[id], ...args]);
            if (result && typeof result === "object") {
                await action.doAction(result, { onClose: () => reload(step) });
            } else {
                await reload(step);
            }
        } finally {
            state.busy = false;
        }
    }

    return {
        state,
        begin: (step) => run(step, "action_begin"),
        complete: (step, result) => run(step, "action_complete", [result.id]),
        take: (step) => run(step, "action_take"),
        handOver: (step) => run(step, "action_hand_over"),
        approve: (step) => decide(step, "action_approve"),
        reject: (step) => decide(step, "action_record_no"),
        askAgain: (step) => run(step, "action_ask_again"),
        retry: (step) => run(step, "action_retry"),
        skip: (step) => run(step, "action_skip"),
        back: (step) => run(step, "action_back"),
        setNext: (step, userId) => run(step, "action_set_next", [userId || false]),
        check: (step, point) => run(step, "action_check", [point.id, !point.done]),
        seen: (step) => orm.call("bpm.token", "action_seen", [[step.id]]),
    };
}
