import { Component, onWillUnmount, useExternalListener, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const DELAY = 250;

/**
 * The short message as it will arrive, on a phone: about a real record, in one of the
 * languages, while it is typed; with its size, its price and how to make it cheaper.
 */
export class SmsPreview extends Component {
    static template = "service_crm_sms.SmsPreview";
    static components = { RecordSelector };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ preview: null, busy: false, failed: "" });
        this.resId = false;
        this.lang = false;
        this.asked = "";
        this.typed = null;
        this.load = useDebounced(() => this.loadNow(), DELAY);
        useRecordObserver((record) => {
            const asked = JSON.stringify([record.resId, this.getDraft(record)]);
            if (asked !== this.asked) {
                const isFirst = !this.asked;
                this.asked = asked;
                this.typed = null;
                return isFirst ? this.loadNow() : this.load();
            }
        });
        // The form knows what is typed only when the field is left.
        useExternalListener(document, "input", (ev) => {
            if (ev.target.closest?.(".o_field_widget[name='sms_body']")) {
                this.typed = ev.target.value;
                this.cursor = ev.target.selectionEnd;
                this.load();
            }
        });
        useExternalListener(document, "focusout", (ev) => {
            if (ev.target.closest?.(".o_field_widget[name='sms_body']")) {
                this.cursor = ev.target.selectionEnd;
            }
        });
        onWillUnmount(() => this.load.cancel());
    }

    getDraft({ data }) {
        return {
            model: data.model,
            sms_body: data.sms_body || "",
            latin_letters: data.latin_letters,
            short_links: data.short_links,
            purpose: data.purpose,
            company_id: data.company_id ? data.company_id.id : false,
        };
    }

    async loadNow() {
        const { record } = this.props;
        const draft = this.getDraft(record);
        if (this.typed !== null) {
            draft.sms_body = this.typed;
        }
        this.state.busy = true;
        try {
            this.state.preview = await this.keepLast.add(
                this.orm.silent.call("service.message.template", "action_preview", [
                    record.resId ? [record.resId] : [],
                    draft,
                    this.resId,
                    this.lang,
                ])
            );
            this.state.failed = "";
        } catch (error) {
            this.state.failed =
                error.data?.message ||
                _t("The message cannot be shown. Check the connection and try again.");
        } finally {
            this.state.busy = false;
        }
    }

    get preview() {
        return this.state.preview;
    }

    get model() {
        return this.props.record.data.model;
    }

    onRecord(resId) {
        this.resId = resId;
        this.loadNow();
    }

    onLang(ev) {
        this.lang = ev.target.value;
        this.loadNow();
    }

    get sizeText() {
        const { size, is_latin } = this.preview;
        const values = {
            used: size.units,
            all: size.per_segment * size.segments,
            parts: this.formatParts(size.segments),
        };
        return is_latin
            ? _t("%(parts)s · %(used)s of %(all)s signs · Latin letters", values)
            : _t("%(parts)s · %(used)s of %(all)s signs · all letters", values);
    }

    get fill() {
        const { size } = this.preview;
        return Math.round((100 * size.units) / (size.per_segment * size.segments));
    }

    formatParts(number) {
        return number === 1 ? _t("1 part") : _t("%s parts", number);
    }

    formatSaving(suggestion) {
        return suggestion.saves === 1
            ? _t("1 part less")
            : _t("%s parts less", suggestion.saves);
    }

    async apply(suggestion) {
        this.typed = null;
        await this.props.record.update(suggestion.values);
    }

    /** Put a ready piece where the cursor was, else at the end. */
    async insert(expression) {
        const body = this.typed ?? this.props.record.data.sms_body ?? "";
        const spot = this.cursor ?? body.length;
        const piece = `{{ ${expression} }}`;
        this.typed = null;
        this.cursor = spot + piece.length;
        await this.props.record.update({
            sms_body: body.slice(0, spot) + piece + body.slice(spot),
        });
    }
}

export const smsPreview = { component: SmsPreview };

registry.category("view_widgets").add("service_sms_preview", smsPreview);
