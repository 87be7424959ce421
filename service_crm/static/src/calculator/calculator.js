import { Component, onWillUnmount, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { parseFloat as parseNumber } from "@web/views/fields/parsers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const DELAY = 120;

/**
 * The questions a price asks, and the price they come to: typed while the customer is
 * on the line, computed by the server before anything is saved.
 */
export class ServiceCalculator extends Component {
    static template = "service_crm.Calculator";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.root = useRef("root");
        this.state = useState({ preview: null, busy: false, failed: "", wrong: {} });
        this.asked = "";
        this.made = {};
        this.load = useDebounced(() => this.loadNow(), DELAY);
        useRecordObserver((record) => {
            const asked = JSON.stringify([
                record.resId,
                this.getAnswers(record),
                record.data.request_line_ids?.currentIds,
                record.data.partner_id,
            ]);
            if (asked !== this.asked) {
                const isFirst = !this.asked;
                this.asked = asked;
                return isFirst ? this.loadNow() : this.load();
            }
        });
        onWillUnmount(() => this.load.cancel());
    }

    getRows(record = this.props.record) {
        return record.data[this.props.name].records;
    }

    /** The answers of the form, saved or not: [[service, parameter, answer]]. */
    getAnswers(record) {
        return this.getRows(record).map(({ data }) => {
            const choice = data.option_id ? data.option_id.id : null;
            const answer = data.is_answered ? choice ?? data.value_number : null;
            return [
                data.line_id ? data.line_id.id : false,
                data.parameter_id.id,
                data.kind === "boolean" ? data.value_boolean : answer,
            ];
        });
    }

    async loadNow() {
        const { resId } = this.props.record;
        if (!resId) {
            this.state.preview = null;
            return;
        }
        this.state.busy = true;
        try {
            const answers = this.getAnswers(this.props.record);
            this.state.preview = await this.keepLast.add(
                this.orm.silent.call("crm.lead", "action_preview_price", [
                    [resId],
                    answers,
                ])
            );
            this.state.failed = "";
        } catch (error) {
            this.state.failed =
                error.data?.message ||
                _t("The price could not be computed. Check the connection and try again.");
        } finally {
            this.state.busy = false;
        }
    }

    get preview() {
        return this.state.preview;
    }

    get isVisible() {
        const { preview, failed } = this.state;
        return failed || (preview && (preview.questions.length || preview.errors.length));
    }

    /** What is told apart: lines that are computed, by a kit or by a rule. */
    get computedLines() {
        return this.preview.lines.filter(
            (line) => line.part || line.trace || line.kind === "rule" || line.kind === "kit"
        );
    }

    get requestLegend() {
        return _t("About the request");
    }

    get hasTax() {
        return this.preview.tax !== 0;
    }

    /** What is left of the price; a dash while the cost is unknown. */
    get margin() {
        const { margin } = this.preview;
        return margin === null ? "—" : this.money(margin);
    }

    getKey(question) {
        return `${question.line_id}/${question.parameter_id}`;
    }

    getRow(question) {
        return this.getRows().find(
            ({ data }) =>
                data.parameter_id.id === question.parameter_id &&
                (data.line_id ? data.line_id.id : false) === question.line_id
        );
    }

    /** A rule may have brought the question after the request was priced: it gets its
     * row with the first answer, saved with the rest of the form. */
    async setAnswer(question, values) {
        let row = this.getRow(question);
        if (!row) {
            const key = this.getKey(question);
            this.made[key] ??= this.props.record.data[this.props.name].addNewRecord({
                context: {
                    default_parameter_id: question.parameter_id,
                    default_line_id: question.line_id,
                },
                position: "bottom",
            });
            row = await this.made[key];
            delete this.made[key];
        }
        await row.update(values);
    }

    /** Whether the price shown is another than the saved one. */
    get isUnsaved() {
        return this.getRows().some((row) => row.dirty || row.isNew);
    }

    getNumber(question) {
        const row = this.getRow(question);
        return row && row.data.is_answered
            ? formatFloat(row.data.value_number, { digits: [16, 6], trailingZeros: false })
            : "";
    }

    getHint(question) {
        const { minimum, maximum } = question;
        if (minimum === null || maximum === null) {
            return question.question;
        }
        const limits = _t("from %(minimum)s to %(maximum)s", { minimum, maximum });
        return question.question ? `${question.question} (${limits})` : limits;
    }

    onNumber(question, ev) {
        const text = ev.target.value.trim();
        const values = { value_number: 0, is_answered: false };
        let isWrong = false;
        if (text) {
            try {
                values.value_number = parseNumber(text);
                values.is_answered = true;
            } catch {
                isWrong = true;
            }
        }
        this.state.wrong[this.getKey(question)] = isWrong;
        if (!isWrong) {
            this.setAnswer(question, values);
        }
    }

    onBoolean(question, ev) {
        const values = { value_boolean: ev.target.checked, is_answered: true };
        this.setAnswer(question, values);
    }

    onChoice(question, ev) {
        const id = parseInt(ev.target.value);
        const option = question.options.find((choice) => choice.id === id);
        this.setAnswer(question, {
            option_id: option ? { id, display_name: option.name } : false,
            is_answered: Boolean(option),
        });
    }

    /** Enter goes on to the next question, as the conversation does. */
    onKeydown(ev) {
        if (ev.key !== "Enter") {
            return;
        }
        const inputs = [...this.root.el.querySelectorAll("input, select")];
        const next = inputs[inputs.indexOf(ev.target) + 1];
        if (next) {
            ev.preventDefault();
            ev.stopPropagation();
            next.focus();
            next.select?.();
        }
    }

    money(amount) {
        return formatMonetary(amount, { currencyId: this.preview.currency_id });
    }

    amount(quantity) {
        return formatFloat(quantity, { digits: [16, 2], trailingZeros: false });
    }
}

export const serviceCalculator = {
    component: ServiceCalculator,
    displayName: _t("Price calculator"),
    supportedTypes: ["one2many"],
    useSubView: true,
    relatedFields: [
        { name: "parameter_id", type: "many2one" },
        { name: "line_id", type: "many2one" },
        { name: "kind", type: "selection", selection: [] },
        { name: "is_answered", type: "boolean" },
        { name: "value_number", type: "float" },
        { name: "value_boolean", type: "boolean" },
        { name: "option_id", type: "many2one" },
    ],
};

registry.category("fields").add("service_calculator", serviceCalculator);
