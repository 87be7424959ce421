import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const MINUTE = 60 * 1000;

/**
 * The customer's page on the day of a visit: the arrival follows the performer's day while
 * somebody looks at it. What is being typed is never lost to it.
 */
export class ServicePageLive extends Interaction {
    static selector = ".o_service_page[data-live]";
    dynamicContent = {
        _document: { "t-on-visibilitychange": this.look },
    };

    setup() {
        this.asked = Date.now();
        const timer = setInterval(() => this.look(), MINUTE);
        this.registerCleanup(() => clearInterval(timer));
    }

    async look() {
        if (document.hidden || Date.now() - this.asked < MINUTE / 2) {
            return;
        }
        this.asked = Date.now();
        let text;
        try {
            const response = await this.waitFor(fetch(this.el.dataset.live));
            text = response.ok && (await this.waitFor(response.text()));
        } catch {
            return; // no network: the next minute will tell
        }
        if (text) {
            this.protectSyncAfterAsync(() => this.show(text))();
        }
    }

    show(text) {
        const page = new DOMParser().parseFromString(text, "text/html");
        const fresh = page.querySelector(".o_service_page");
        if (!fresh) {
            return;
        }
        if (fresh.dataset.state !== this.el.dataset.state && !this.isInUse()) {
            location.replace(this.el.dataset.live);
            return;
        }
        for (const node of this.el.querySelectorAll(".o_service_arrival[id]")) {
            const now = fresh.querySelector(`#${node.id}`);
            if (now && now.innerHTML !== node.innerHTML) {
                node.replaceChildren(...now.childNodes);
            }
        }
    }

    /** Whether something is being typed or chosen. */
    isInUse() {
        return Boolean(
            this.el.querySelector("details[open], .o_service_sending, :focus") ||
                [...this.el.querySelectorAll("textarea")].some((area) => area.value)
        );
    }
}

registry.category("public.interactions").add("service_crm.service_page_live", ServicePageLive);
