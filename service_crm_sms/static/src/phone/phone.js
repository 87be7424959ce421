import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import {
    Component,
    onMounted,
    onPatched,
    onWillStart,
    onWillUnmount,
    useRef,
    useState,
} from "@odoo/owl";

const { DateTime } = luxon;
const REFRESH_DELAY = 5000;
const LINK = /(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)])/;
export const TICKS = {
    waiting: "fa-clock-o",
    queued: "fa-clock-o",
    sending: "fa-clock-o",
    sent: "fa-check",
    delivered: "fa-check text-success",
    failed: "fa-exclamation-circle text-danger",
    unknown: "fa-question-circle text-warning",
    suppressed: "fa-ban",
};

/** A text in pieces: `{ text, url }`, so that links can be pressed. */
export function splitLinks(text) {
    return text
        .split(LINK)
        .filter(Boolean)
        .map((piece) => ({ text: piece, url: LINK.test(piece) ? piece : null }));
}

/** Time of today, else day and time. */
export function formatMoment(value) {
    const moment = deserializeDateTime(value);
    const isToday = moment.hasSame(DateTime.now(), "day");
    return isToday
        ? moment.toLocaleString(DateTime.TIME_SIMPLE)
        : moment.toLocaleString({ day: "numeric", month: "short", hour: "numeric", minute: "numeric" });
}

export class SandboxPhone extends Component {
    static template = "service_crm_sms.SandboxPhone";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.ui = useState(useService("ui"));
        this.keepLast = new KeepLast();
        this.screen = useRef("screen");
        this.ticks = TICKS;
        this.splitLinks = splitLinks;
        this.formatMoment = formatMoment;
        this.quick = [_t("Yes"), _t("No"), "5", "STOP"];
        this.state = useState({
            phone: { is_ready: true, sender: "", phones: [], number: "", messages: [] },
            text: "",
            newNumber: "",
            isNew: false,
            isListShown: true,
            isSending: false,
        });
        onWillStart(() => this.load());
        onMounted(() => {
            this.scrollDown();
            this.timer = setInterval(() => {
                if (!document.hidden && !this.state.isSending) {
                    this.load();
                }
            }, REFRESH_DELAY);
        });
        onPatched(() => {
            const count = this.state.phone.messages.length;
            const shown = `${this.number}/${count}`;
            if (shown !== this.shown) {
                this.shown = shown;
                this.scrollDown();
            }
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get display() {
        return { controlPanel: {} };
    }

    get number() {
        return this.state.phone.number;
    }

    get owner() {
        return this.state.phone.phones.find((phone) => phone.number === this.number);
    }

    async load(number = this.number) {
        const call = this.orm.silent.call("sms.gateway", "action_sandbox_phone", [number]);
        this.state.phone = await this.keepLast.add(call);
    }

    scrollDown() {
        if (this.screen.el) {
            this.screen.el.scrollTop = this.screen.el.scrollHeight;
        }
    }

    async choose(number) {
        this.state.isNew = false;
        this.state.isListShown = false;
        this.state.phone.number = number;
        await this.load(number);
    }

    startNew() {
        this.state.isNew = true;
        this.state.isListShown = false;
        this.state.newNumber = "";
    }

    showList() {
        this.state.isListShown = true;
    }

    async answer(text = this.state.text) {
        const number = this.state.isNew ? this.state.newNumber : this.number;
        if (!text.trim() || !number.trim() || this.state.isSending) {
            return;
        }
        this.state.isSending = true;
        try {
            const call = this.orm.call("sms.gateway", "action_sandbox_answer", [number, text]);
            this.state.phone = await this.keepLast.add(call);
            this.state.text = "";
            this.state.isNew = false;
        } finally {
            this.state.isSending = false;
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && !ev.shiftKey) {
            ev.preventDefault();
            this.answer();
        }
    }

    openRequest(request) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.lead",
            res_id: request.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("service_crm_sms.sandbox_phone", SandboxPhone);
