import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";

/** A form that needs the width of the screen: its chatter stands below, never beside. */
export class WideFormController extends formView.Controller {
    get className() {
        return { ...super.className, "o_xxl_form_view h-100": false, o_bpm_wide_form: true };
    }
}

export class WideFormRenderer extends formView.Renderer {
    mailLayout() {
        const layout = super.mailLayout(...arguments);
        return layout === "SIDE_CHATTER" ? "BOTTOM_CHATTER" : layout;
    }
}

registry.category("views").add("bpm_wide_form", {
    ...formView,
    Controller: WideFormController,
    Renderer: WideFormRenderer,
});
