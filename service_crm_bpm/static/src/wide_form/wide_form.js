import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";

/** A form that needs the width of the screen: its chatter stands below, never beside. */
export class WideFormRenderer extends formView.Renderer {
    mailLayout() {
        const layout = super.mailLayout(...arguments);
        return layout === "SIDE_CHATTER" ? "BOTTOM_CHATTER" : layout;
    }
}

registry.category("views").add("bpm_wide_form", { ...formView, Renderer: WideFormRenderer });
