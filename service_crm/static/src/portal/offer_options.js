import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Options of a service offer: a tick counts at once, the total is read anew. */
export class OfferOptions extends Interaction {
    static selector = ".o_service_options";
    dynamicContent = {
        "input[data-line-id]": { "t-on-change.withTarget": this.onTick },
    };

    async onTick(ev, box) {
        const boxes = [...this.el.querySelectorAll("input[data-line-id]")];
        boxes.forEach((one) => (one.disabled = true));
        let error = "";
        try {
            const result = await this.waitFor(
                rpc(`/my/orders/${this.el.dataset.orderId}/update_line_dict`, {
                    access_token: this.el.dataset.token,
                    line_id: parseInt(box.dataset.lineId),
                    remove: !box.checked,
                })
            );
            error = result?.error || "";
        } catch {
            error = _t("That did not reach us. Please try again.");
        }
        if (!error) {
            window.location.reload();
            return;
        }
        box.checked = !box.checked;
        boxes.forEach((one) => (one.disabled = false));
        const alert = this.el.querySelector(".o_service_option_error");
        alert.textContent = error;
        alert.classList.remove("d-none");
    }
}

registry.category("public.interactions").add("service_crm.offer_options", OfferOptions);
