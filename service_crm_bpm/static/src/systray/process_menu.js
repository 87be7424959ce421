import { Component, onWillStart, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { debounce } from "@web/core/utils/timing";
import { getDeadline } from "../steps/step_words";

/** How many stages of processes wait for the user; orange while one was not seen. */
export class ProcessMenu extends Component {
    static template = "service_crm_bpm.ProcessMenu";
    static components = { Dropdown };
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dropdown = useDropdownState();
        this.state = useState({ open: 0, new: 0, rows: [] });
        this.getDeadline = getDeadline;
        const bus = useService("bus_service");
        const reload = debounce(() => this.load(), 300);
        bus.subscribe("bpm.token/changed", reload);
        onWillStart(() => this.load());
    }

    async load() {
        Object.assign(this.state, await this.orm.silent.call("bpm.token", "action_get_waiting", []));
    }

    async openNotice(row) {
        this.dropdown.close();
        const action = await this.orm.call("bpm.token", "action_open_journal", [[row.id]]);
        await this.action.doAction(action, { clearBreadcrumbs: true });
    }

    openAll() {
        this.dropdown.close();
        this.action.doAction("service_crm_bpm.action_bpm_my", { clearBreadcrumbs: true });
    }
}

if (user.isInternalUser) {
    registry.category("systray").add(
        "service_crm_bpm.ProcessMenu",
        { Component: ProcessMenu },
        { sequence: 22 }
    );
}
