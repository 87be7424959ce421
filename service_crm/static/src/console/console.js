import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import {
    Component,
    onMounted,
    onWillStart,
    onWillUnmount,
    useExternalListener,
    useState,
} from "@odoo/owl";
import { NewRequestDialog } from "./new_request_dialog";

const { DateTime } = luxon;
const SEARCH_DELAY = 250;
const REFRESH_DELAY = 15000;

export const CHANNEL_ICONS = {
    phone: "fa-phone",
    mail: "fa-envelope-o",
    form: "fa-globe",
    chat: "fa-comments-o",
    manual: "fa-pencil",
};

/** When it is, as people say it: today 14:30, tomorrow 9:00, 3 Nov. */
export function formatWhen(value) {
    if (!value) {
        return "";
    }
    const moment = deserializeDateTime(value);
    const days = Math.round(moment.startOf("day").diff(DateTime.now().startOf("day"), "days").days);
    const time = moment.toLocaleString(DateTime.TIME_SIMPLE);
    if (Math.abs(days) <= 1) {
        return `${moment.toRelativeCalendar({ unit: "days" })} ${time}`;
    }
    if (Math.abs(days) < 7) {
        return `${moment.toFormat("ccc d LLL")} ${time}`;
    }
    return moment.toLocaleString(
        moment.hasSame(DateTime.now(), "year") ? { day: "numeric", month: "short" } : DateTime.DATE_MED
    );
}

export class ServiceConsole extends Component {
    static template = "service_crm.Console";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.ui = useState(useService("ui"));
        this.find = useAutofocus({ refName: "find" });
        this.keepLast = new KeepLast();
        this.keepQueue = new KeepLast();
        this.formatWhen = formatWhen;
        this.icons = CHANNEL_ICONS;
        this.state = useState({
            text: "",
            searching: false,
            found: null,
            card: null,
            active: 0,
            queue: null,
            queueError: false,
            busy: false,
            ...(this.props.state?.console || {}),
        });
        useSetupAction({
            getLocalState: () => ({
                console: { text: this.state.text, found: this.state.found, card: this.state.card },
            }),
        });
        this.searchSoon = useDebounced(() => this.search(), SEARCH_DELAY);
        onWillStart(async () => {
            await this.loadQueue();
            if (this.state.text) {
                await this.search();
            }
        });
        onMounted(() => {
            this.timer = setInterval(() => {
                if (!document.hidden) {
                    this.loadQueue();
                }
            }, REFRESH_DELAY);
        });
        onWillUnmount(() => clearInterval(this.timer));
        useExternalListener(document, "visibilitychange", () => {
            if (!document.hidden) {
                this.loadQueue();
            }
        });
    }

    get display() {
        return { controlPanel: {} };
    }

    get unknown() {
        const found = this.state.found;
        return (
            found &&
            !found.customers.length &&
            !found.equipment.length &&
            !found.requests.length &&
            found.kind !== "short"
        );
    }

    // ---------------------------------------------------------------- finding

    onInput(ev) {
        this.state.text = ev.target.value;
        if (this.state.text.trim()) {
            this.state.searching = true;
            this.searchSoon();
        } else {
            this.searchSoon.cancel();
            this.clear();
        }
    }

    async search() {
        const text = this.state.text.trim();
        if (!text) {
            return this.clear();
        }
        this.state.searching = true;
        try {
            const found = await this.keepLast.add(
                this.orm.silent.call("service.console", "action_console_find", [text])
            );
            this.state.found = found;
            this.state.card = found.card || null;
            this.state.active = 0;
        } finally {
            this.state.searching = false;
        }
    }

    clear() {
        Object.assign(this.state, { text: "", searching: false, found: null, card: null });
        this.find.el?.focus();
    }

    onFindKeydown(ev) {
        const found = this.state.found;
        const list = found ? [...found.customers, ...found.equipment, ...found.requests] : [];
        const rows = this.state.card ? 0 : list.length;
        if (ev.key === "Escape") {
            this.clear();
        } else if (ev.key === "ArrowDown" && rows) {
            this.state.active = (this.state.active + 1) % rows;
        } else if (ev.key === "ArrowUp" && rows) {
            this.state.active = (this.state.active + rows - 1) % rows;
        } else if (ev.key === "Enter") {
            if (this.state.searching || !rows) {
                return this.search();
            }
            const { active } = this.state;
            const { length } = found.customers;
            if (active < length) {
                this.openCard(list[active].id);
            } else if (active < length + found.equipment.length) {
                this.openCard(list[active].partner_id);
            } else {
                this.openRequest(list[active].id);
            }
        } else {
            return;
        }
        ev.preventDefault();
    }

    async openCard(partnerId) {
        this.state.card = await this.keepLast.add(
            this.orm.call("service.console", "action_console_card", [partnerId])
        );
        this.find.el?.focus();
    }

    backToFound() {
        this.state.card = null;
        this.find.el?.focus();
    }

    // ------------------------------------------------------------ new request

    newRequest() {
        const found = this.state.found;
        const text = this.state.text.trim();
        this.dialog.add(NewRequestDialog, {
            card: this.state.card,
            phone: !this.state.card && found?.kind === "phone" ? text : "",
            email: !this.state.card && found?.kind === "mail" ? text : "",
            contact: !this.state.card && found?.kind === "name" ? text : "",
            dispatchers: this.state.queue.dispatchers,
            onFiled: (filed, open) => this.onFiled(filed, open),
        });
    }

    async onFiled(filed, open) {
        this.notification.add(
            filed.passed
                ? _t("%s is filed and with the dispatcher.", filed.number)
                : _t("%s is filed.", filed.number),
            {
                type: "success",
                buttons: [{ name: _t("Open Request"), onClick: () => this.openRequest(filed.id) }],
            }
        );
        if (open) {
            return this.openRequest(filed.id);
        }
        await Promise.all([
            this.loadQueue(),
            this.state.card && this.openCard(this.state.card.id),
        ]);
    }

    // ------------------------------------------------------------------ queue

    async loadQueue() {
        try {
            this.state.queue = await this.keepQueue.add(
                this.orm.silent.call("service.console", "action_console_queue", [])
            );
            this.state.queueError = false;
        } catch (error) {
            if (!this.state.queue) {
                throw error;
            }
            // The next refresh tries again; what is on the screen stays.
            this.state.queueError = true;
        }
    }

    /** Run a button of a row; press once, see it at once. */
    async run(model, method, id) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = `${model}-${id}`;
        try {
            const result = await this.orm.call(model, method, [[id]]);
            if (result && result.type) {
                await this.action.doAction(result, { onClose: () => this.refresh() });
            }
        } finally {
            this.state.busy = false;
            await this.refresh();
        }
    }

    async refresh() {
        await Promise.all([
            this.loadQueue(),
            this.state.card && this.openCard(this.state.card.id),
        ]);
    }

    attach(request) {
        const domain = [
            ["is_service", "=", true],
            ["service_phase", "!=", "done"],
            ["id", "!=", request.id],
        ];
        if (request.partner_id) {
            domain.push(["partner_id", "child_of", request.partner_id]);
        }
        this.dialog.add(SelectCreateDialog, {
            title: _t("Attach %s to …", request.number),
            resModel: "crm.lead",
            domain,
            context: { list_view_ref: "service_crm.request_view_list_pick" },
            noCreate: true,
            multiSelect: false,
            onSelected: async ([targetId]) => {
                const target = await this.orm.call("service.console", "action_console_attach", [
                    request.id,
                    targetId,
                ]);
                this.notification.add(_t("Attached to %s.", target), { type: "success" });
                await this.refresh();
            },
        });
    }

    findCaller(row) {
        this.state.text = row.phone || row.email || row.sender || row.customer;
        this.find.el?.focus();
        return row.partner_id ? this.openCard(row.partner_id) : this.search();
    }

    openRequest(id) {
        return this.openRecord("crm.lead", id, this.state.queue.form_view_id);
    }

    openRecord(model, id, viewId = false) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[viewId, "form"]],
        });
    }
}

registry.category("actions").add("service_crm.console", ServiceConsole);
