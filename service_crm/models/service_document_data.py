from odoo import api, fields, models
from odoo.tools import format_date, format_datetime, formatLang


class ServiceDocument(models.Model):
    """Document: its data for own DOCX templates, as plain strings and numbers."""

    _inherit = "service.document"

    @api.model
    def _get_docx_schema(self):
        """The fields of templates: ``{name: label, name: {…}, name: [{…}]}``.

        Registry and extension point: what is added here is filled by
        :meth:`_prepare_docx_data`.
        """
        party = {
            "name": self.env._("Name"),
            "address": self.env._("Address in one line"),
            "phone": self.env._("Phone"),
            "email": self.env._("E-mail"),
            "vat": self.env._("Tax number"),
            "registry": self.env._("Number in the company register"),
            "bank_account": self.env._("Bank account"),
            "bank_name": self.env._("Bank"),
        }
        person = {
            "name": self.env._("Name"),
            "phone": self.env._("Phone"),
            "email": self.env._("E-mail"),
        }
        return {
            "document": {
                "kind": self.env._("Kind of document"),
                "number": self.env._("Number, or “draft”"),
                "date": self.env._("Date"),
                "valid_until": self.env._("Valid until"),
                "text": self.env._("Text of the document"),
                "basis": self.env._("What the document is made on"),
                "untaxed": self.env._("Sum of the lines without taxes"),
                "tax": self.env._("Taxes on the lines"),
                "total": self.env._("Sum of the lines with taxes"),
                "total_words": self.env._("Sum of the lines with taxes in words"),
                "total_number": self.env._(
                    "Sum of the lines as a number, for conditions"
                ),
            },
            "company": party,
            "customer": party,
            "contact": person,
            "responsible": person,
            "performer": person,
            "request": {
                "number": self.env._("Number of the request"),
                "name": self.env._("Subject of the request"),
                "need": self.env._("What is needed, in the customer's words"),
                "site": self.env._("Place of work"),
                "equipment": self.env._("What is serviced"),
            },
            "visit": {
                "number": self.env._("Number of the work order"),
                "start": self.env._("Beginning of the visit"),
                "end": self.env._("End of the visit"),
                "report": self.env._("What was done"),
            },
            "contract": {
                "number": self.env._("Number of the contract"),
                "subject": self.env._("Subject of the contract"),
                "date_start": self.env._("Beginning of the contract"),
                "date_end": self.env._("End of the contract"),
            },
            "order": {
                "number": self.env._("Number of the order"),
                "date": self.env._("Date of the order"),
                "untaxed": self.env._("Sum without taxes"),
                "tax": self.env._("Taxes"),
                "total": self.env._("Sum with taxes"),
                "total_words": self.env._("Sum with taxes in words"),
                "total_number": self.env._(
                    "Sum with taxes as a number, for conditions"
                ),
                "currency": self.env._("Currency"),
            },
            "lines": [
                {
                    "number": self.env._("Number of the line"),
                    "name": self.env._("Service or material"),
                    "quantity": self.env._("Quantity"),
                    "unit": self.env._("Unit"),
                    "price": self.env._("Price of one unit"),
                    "discount": self.env._("Discount in percent"),
                    "subtotal": self.env._("Sum of the line without taxes"),
                    "subtotal_number": self.env._("Sum of the line as a number"),
                }
            ],
            "today": self.env._("Date of today"),
        }

    def _prepare_docx_data(self):
        """What a template is filled with. Extension point.

        :return: nested dictionaries and lists of strings and numbers, with every name
            of :meth:`_get_docx_schema`; what is not known is an empty string
        """
        self.ensure_one()
        document = self.with_context(lang=self._get_document_lang())
        request = document.request_id
        responsible = document.responsible_id.partner_id
        performer = document.performer_id
        return {
            "document": document._prepare_docx_document(),
            "company": document._prepare_docx_party(document.company_id.partner_id),
            "customer": document._prepare_docx_party(
                document.partner_id.commercial_partner_id
            ),
            "contact": document._prepare_docx_person(document.partner_id),
            "responsible": document._prepare_docx_person(responsible),
            "performer": {
                **document._prepare_docx_person(
                    performer.partner_id or performer.user_id.partner_id
                ),
                "name": performer.name or "",
            },
            "request": {
                "number": request.service_number or "",
                "name": request.name or "",
                "need": request.service_need or "",
                "site": request._get_site_text() if request else "",
                "equipment": request.equipment_id.display_name or "",
            },
            "visit": document._prepare_docx_visit(),
            "contract": document._prepare_docx_contract(),
            "order": document._prepare_docx_order(),
            "lines": document._prepare_docx_lines(),
            "today": document._format_day(fields.Date.context_today(document)),
        }

    def _prepare_docx_document(self):
        """What templates call ``document``: number, dates, text, amounts as printed."""
        currency = self.currency_id
        return {
            "kind": self.type_id.name,
            "number": self.number_label,
            "date": self._format_day(self.date),
            "valid_until": self._format_day(self.valid_until),
            "text": self._get_paper_plain(self.body),
            "basis": self.basis or "",
            "untaxed": self._format_amount(self.amount_untaxed, currency),
            "tax": self._format_amount(self.amount_tax, currency),
            "total": self._format_amount(self.amount_total, currency),
            "total_words": self._get_paper_words(self.amount_total, currency),
            "total_number": self.amount_total,
        }

    def _prepare_docx_party(self, partner):
        """A company or person as a party of a document."""
        bank = partner.bank_ids[:1]
        address = partner._display_address(without_company=True)
        return {
            "name": partner.name or "",
            "address": ", ".join(part for part in address.split("\n") if part.strip()),
            "phone": partner.phone or "",
            "email": partner.email or "",
            "vat": partner.vat or "",
            "registry": partner.company_registry or "",
            "bank_account": bank.acc_number or "",
            "bank_name": bank.bank_id.name or "",
        }

    def _prepare_docx_person(self, partner):
        """What templates call ``contact`` or ``responsible``: how to reach a person."""
        return {
            "name": partner.name or "",
            "phone": partner.phone or "",
            "email": partner.email or "",
        }

    def _prepare_docx_visit(self):
        """What templates call ``visit``: times in the performer's zone, the report."""
        visit = self.work_order_id
        tz = visit._get_performer_tz() if visit else None
        return {
            "number": visit.name or "",
            "start": self._format_moment(visit.actual_start or visit.date_start, tz),
            "end": self._format_moment(visit.actual_end or visit.date_end, tz),
            "report": visit.report or "",
        }

    def _prepare_docx_contract(self):
        """What templates call ``contract``."""
        contract = self.contract_id
        return {
            "number": contract.name or "",
            "subject": contract.subject or "",
            "date_start": self._format_day(contract.date_start),
            "date_end": self._format_day(contract.date_end),
        }

    def _prepare_docx_order(self):
        """What templates call ``order``: the quotation and its amounts as printed."""
        order = self.order_id
        currency = order.currency_id
        return {
            "number": order.name or "",
            "date": self._format_moment(order.date_order, None, day_only=True),
            "untaxed": self._format_amount(order.amount_untaxed, currency),
            "tax": self._format_amount(order.amount_tax, currency),
            "total": self._format_amount(order.amount_total, currency),
            "total_words": self._get_paper_words(order.amount_total, currency)
            if order
            else "",
            "total_number": order.amount_total,
            "currency": currency.name or "",
        }

    def _prepare_docx_lines(self):
        """The lines of the document, else those of the order."""
        if self.line_ids:
            return [
                self._prepare_docx_line(number, line, line.quantity, line.uom_id)
                for number, line in enumerate(self.line_ids, 1)
            ]
        lines = self.order_id.order_line.filtered(lambda line: not line.display_type)
        return [
            self._prepare_docx_line(
                number, line, line.product_uom_qty, line.product_uom_id
            )
            for number, line in enumerate(lines, 1)
        ]

    def _prepare_docx_line(self, number, line, quantity, unit):
        """One line, of the document or of the order. Extension point."""
        currency = line.currency_id
        return {
            "number": number,
            "name": line.name or "",
            "quantity": self._format_paper_quantity(quantity),
            "unit": unit.name or "",
            "price": self._format_amount(line.price_unit, currency),
            "discount": self._format_paper_quantity(line.discount),
            "subtotal": self._format_amount(line.price_subtotal, currency),
            "subtotal_number": line.price_subtotal,
        }

    def _format_day(self, day):
        """A day as the language of the paper writes it; empty without one."""
        return format_date(self.env, day) if day else ""

    def _format_moment(self, moment, tz, day_only=False):
        """A moment on the clock of whom it concerns."""
        if not moment:
            return ""
        pattern = "dd.MM.yyyy" if day_only else "dd.MM.yyyy HH:mm"
        return format_datetime(self.env, moment, tz, dt_format=pattern)

    def _format_amount(self, amount, currency):
        """Money with its currency, with plain spaces."""
        if not currency:
            return ""
        return formatLang(self.env, amount, currency_obj=currency).replace("\xa0", " ")
