import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, useState } from "@odoo/owl";
import { SuggestionPanel } from "./suggestion_panel";

/** The suggestions of the work order on the screen, opened by a button. */
export class SuggestionWidget extends Component {
    static template = "service_crm.SuggestionWidget";
    static components = { SuggestionPanel };
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ open: false });
    }

    async open() {
        // What was typed counts: the window agreed, the services, the place.
        if (await this.props.record.save()) {
            this.state.open = true;
        }
    }

    close() {
        this.state.open = false;
    }

    async onTaken() {
        this.close();
        await this.props.record.load();
    }
}

export const suggestionWidget = {
    component: SuggestionWidget,
    fieldDependencies: [{ name: "plan_version", type: "integer" }],
};

registry.category("view_widgets").add("service_suggestions", suggestionWidget);
