import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** The customer's page: a press is answered at once, and sends only once. */
export class ServicePage extends Interaction {
    static selector = ".o_service_page";
    dynamicContent = {
        form: { "t-on-submit": this.onSubmit },
        _window: { "t-on-pageshow": this.release },
    };

    onSubmit(ev) {
        const button = ev.currentTarget.querySelector("button[type=submit]");
        // after the browser has read the form
        this.waitForTimeout(() => {
            button.disabled = true;
            button.classList.add("o_service_sending");
        }, 0);
    }

    /** The browser brings the page back from its cache: the buttons work again. */
    release() {
        for (const button of this.el.querySelectorAll(".o_service_sending")) {
            button.disabled = false;
            button.classList.remove("o_service_sending");
        }
    }
}

registry.category("public.interactions").add("service_crm.service_page", ServicePage);
