import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { Component, useState } from "@odoo/owl";

const { DateTime } = luxon;
const LAST_DISPATCHER = "service_crm.last_dispatcher";

/** A request in two or three fields: what is needed, where, and whose it becomes. */
export class NewRequestDialog extends Component {
    static template = "service_crm.NewRequestDialog";
    static components = { Dialog };
    static props = {
        card: { type: [Object, { value: null }], optional: true },
        phone: { type: String, optional: true },
        email: { type: String, optional: true },
        contact: { type: String, optional: true },
        dispatchers: Array,
        onFiled: Function,
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.need = useAutofocus({ refName: "need" });
        const sites = this.props.card?.sites || [];
        this.state = useState({
            need: "",
            site: sites.length === 1 ? String(sites[0].id) : "",
            phone: this.props.phone || "",
            email: this.props.email || "",
            contact: this.props.contact || "",
            company: "",
            wished: "",
            urgent: false,
            equipment: "",
            dispatcher: "",
            missing: "",
            busy: false,
        });
        this.lastDispatcher = Number(browser.localStorage.getItem(LAST_DISPATCHER));
    }

    get title() {
        const card = this.props.card;
        return card ? _t("New request of %s", card.name) : _t("New request of a new customer");
    }

    get dispatchers() {
        // The one named last stands first.
        return [...this.props.dispatchers].sort(
            (a, b) => (b.id === this.lastDispatcher) - (a.id === this.lastDispatcher)
        );
    }

    get equipment() {
        return this.props.card?.equipment || [];
    }

    /** What stands somewhere is repaired there. */
    onEquipment(ev) {
        const thing = this.equipment.find((thing) => String(thing.id) === ev.target.value);
        if (thing?.site_id) {
            this.state.site = String(thing.site_id);
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && !ev.shiftKey && !ev.isComposing) {
            ev.preventDefault();
            this.file(ev.ctrlKey || ev.metaKey);
        }
    }

    async file(open = false) {
        const state = this.state;
        if (state.busy) {
            return;
        }
        if (!state.need.trim()) {
            state.missing = _t("Write what is needed.");
            this.need.el.focus();
            return;
        }
        state.busy = true;
        try {
            const filed = await this.orm.call("service.console", "action_console_file", [
                this.prepareValues(),
            ]);
            if (state.dispatcher) {
                browser.localStorage.setItem(LAST_DISPATCHER, state.dispatcher);
            }
            this.props.close();
            await this.props.onFiled(filed, open);
        } finally {
            state.busy = false;
        }
    }

    prepareValues() {
        const { card } = this.props;
        const state = this.state;
        return {
            service_channel: "phone",
            service_need: state.need.trim(),
            partner_id: card?.id || false,
            site_id: Number(state.site) || false,
            equipment_id: Number(state.equipment) || false,
            phone: state.phone.trim(),
            email_from: state.email.trim(),
            contact_name: state.contact.trim(),
            partner_name: state.company.trim(),
            dispatcher_id: Number(state.dispatcher) || false,
            priority: state.urgent ? "3" : false,
            wished_start: state.wished && serializeDateTime(DateTime.fromISO(state.wished)),
        };
    }
}
