import logging

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_date

from ..tools.batch import run_isolated

_logger = logging.getLogger(__name__)

# Which lines of the order and of the visits a kind of paper lists.
PLANNED = ("work_order", "delivery_order", "power_of_attorney")
DONE = ("act", "waybill")
GOODS = ("waybill", "delivery_order", "power_of_attorney")
LISTING = (*PLANNED, *DONE, "contract")
# What a draft takes over beside the lines.
FOLLOWED_FIELDS = frozenset(
    {"basis", "performer_id", "delivery_from", "delivery_to", "delivery_address_id"}
)
# Kinds whose lines carry prices.
PRICED = (*DONE, "contract")


class ServiceDocument(models.Model):
    """Document: works and goods it lists, copied from order and visits.

    A draft follows them until it is issued, unless somebody changed by hand what it
    took over; an issued paper stays as it is.
    """

    _name = "service.document"
    _inherit = ["service.document", "service.paper.mixin"]

    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
    )
    basis = fields.Char(help="What the paper is made on: order, contract.")
    line_ids = fields.One2many(
        "service.document.line", "document_id", "Works and Goods", copy=True
    )
    is_filled_by_hand = fields.Boolean(
        "Changed by Hand",
        copy=False,
        readonly=True,
        help="The paper no longer follows its order and visit.",
    )
    amount_untaxed = fields.Monetary(
        "Untaxed Amount", compute="_compute_amounts", store=True
    )
    amount_tax = fields.Monetary("Taxes", compute="_compute_amounts", store=True)
    amount_total = fields.Monetary("Total", compute="_compute_amounts", store=True)

    @api.depends("order_id", "contract_id", "company_id")
    def _compute_currency_id(self):
        for document in self:
            # The currency of an order is no secret of the order.
            sources = document.sudo()
            document.currency_id = (
                sources.order_id.currency_id
                or sources.contract_id.currency_id
                or sources.company_id.currency_id
            )

    @api.depends(
        "line_ids.quantity",
        "line_ids.price_unit",
        "line_ids.discount",
        "line_ids.tax_ids",
        "currency_id",
    )
    def _compute_amounts(self):
        for document in self:
            totals = document._get_tax_totals()
            document.amount_untaxed = totals["base_amount_currency"]
            document.amount_tax = totals["tax_amount_currency"]
            document.amount_total = totals["total_amount_currency"]

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        # A paper may be made by whoever may not see the order in full; what a paper
        # shows is copied from it as the system does at every later step.
        papers = documents.sudo()
        given = papers.filtered("line_ids")
        for document in given:
            values = document._prepare_source_values()
            document.write(
                {name: value for name, value in values.items() if not document[name]}
            )
        given.is_filled_by_hand = True
        (papers - given)._update_from_source()
        return documents

    def write(self, vals):
        result = super().write(vals)
        if FOLLOWED_FIELDS & vals.keys() and not self.env.su:
            # Only the system says that a paper follows its order again.
            self.filtered(
                lambda document: not document.is_filled_by_hand
            ).sudo().is_filled_by_hand = True
        return result

    def copy_data(self, default=None):
        """A copy follows the order as the paper did; lines made by hand go with it."""
        return [
            values
            if document.is_filled_by_hand
            else {name: value for name, value in values.items() if name != "line_ids"}
            for document, values in zip(self, super().copy_data(default), strict=True)
        ]

    # -- steps

    def action_fill_from_order(self):
        """Take lines and times of the order and its visits again."""
        self.check_access("write")
        self.env.user._check_service_role("manager", "dispatcher")
        # Rights were checked; the lines become the system's again.
        papers = self.sudo()
        papers.is_filled_by_hand = False
        papers._update_from_source()
        return True

    def _action_issue(self):
        """What is issued has what its source says now."""
        self._update_from_source()
        return super()._action_issue()

    def _get_issue_problems(self):
        """A paper about work has lines, an offer its quotation."""
        problems = super()._get_issue_problems()
        for document in self:
            if document.kind in (*PLANNED, *DONE) and document._has_print_form():
                if not document.line_ids:
                    problems[document].append(document._get_empty_problem())
            if document.kind == "offer" and document._has_print_form():
                if not document.order_id:
                    problems[document].append(
                        self.env._("make the quotation first: it is what is offered.")
                    )
        return problems

    def _get_empty_problem(self):
        """Why a paper without lines is not issued, and what to do."""
        self.ensure_one()
        if self.kind in DONE:
            return self.env._(
                "it lists nothing yet. Let the performer report what was done, or add "
                "the lines by hand."
            )
        return self.env._(
            "the list is empty. Plan the works and materials, or add the lines by hand."
        )

    # -- what a paper takes over

    def _update_from_source(self):
        """Let drafts follow order and visits (system)."""
        drafts = self.filtered(
            lambda document: (
                document.state == "draft" and not document.is_filled_by_hand
            )
        )
        lines = []
        for document in drafts:
            values = document._prepare_source_values()
            changed = {
                name: value
                for name, value in values.items()
                if document._fields[name].convert_to_cache(value, document)
                != document._fields[name].convert_to_cache(document[name], document)
            }
            if changed:
                document.write(changed)
            lines += [
                {
                    **document._prepare_document_line_values(source, quantity),
                    "document_id": document.id,
                    "sequence": number,
                }
                for number, (source, quantity) in enumerate(
                    document._get_line_sources(), 1
                )
            ]
        drafts.line_ids.unlink()
        self.env["service.document.line"].create(lines)

    def _prepare_source_values(self):
        """Values a draft takes over from order, visit and contract. Extension point.

        :return: values of fields that are neither x2many nor written by steps
        """
        self.ensure_one()
        return {"basis": self.with_context(lang=self._get_paper_lang())._get_basis()}

    def _get_basis(self):
        """What the paper is made on, in words of its language."""
        self.ensure_one()
        order, contract = self.order_id, self.contract_id
        words = []
        if contract.name:
            words.append(
                self.env._(
                    "contract %(number)s of %(date)s",
                    number=contract.name,
                    date=format_date(self.env, contract.date_start),
                )
                if contract.date_start
                else self.env._("contract %(number)s", number=contract.name)
            )
        if order:
            words.append(
                self.env._(
                    "order %(number)s of %(date)s",
                    number=order.name,
                    date=format_date(self.env, order.date_order),
                )
            )
        elif self.request_id.service_number:
            words.append(
                self.env._("request %(number)s", number=self.request_id.service_number)
            )
        text = ", ".join(words)
        return text[:1].upper() + text[1:]

    def _get_visits(self):
        """The visits a paper is about: its own, else all of its request."""
        self.ensure_one()
        visits = self.work_order_id or self.request_id.work_order_ids
        return visits.filtered(lambda visit: visit.state != "cancelled").sorted(
            lambda visit: (visit.date_start or visit.create_date, visit.id)
        )

    def _get_line_sources(self):
        """What a paper lists. Extension point.

        :return: list of ``(line of a visit or of an order, quantity)``
        """
        self.ensure_one()
        if self.kind not in LISTING:
            return []
        visits = self._get_visits()
        if self.kind != "contract" and visits:
            found = [
                (
                    line,
                    line.quantity_done
                    if self.kind in DONE
                    else line.quantity_planned or line.quantity_done,
                )
                for visit in visits
                for line in visit.line_ids
            ]
        else:
            order = self.order_id or self.request_id.service_quotation_id
            found = [
                (line, line.product_uom_qty)
                for line in order.order_line
                if not line.display_type and not line.is_downpayment
            ]
        return [
            (line, quantity)
            for line, quantity in found
            if quantity and self._is_listed(line)
        ]

    def _is_listed(self, line):
        """Whether a line belongs on this kind of paper.

        Goods stand on the waybill; without one they are on the act, so that the papers
        of a job together are what is invoiced.
        """
        is_goods = line.product_id.type == "consu"
        if self.kind in GOODS:
            return is_goods
        return self.kind != "act" or not is_goods or not self._has_waybill()

    def _has_waybill(self):
        """Whether the goods of this act have a paper of their own."""
        self.ensure_one()
        papers = (self.work_order_id or self.request_id).document_ids
        return any(
            paper.kind == "waybill"
            and paper.state != "cancelled"
            and paper.work_order_id == self.work_order_id
            for paper in papers
        )

    def _prepare_document_line_values(self, source, quantity):
        """Values of the line made of a line of a visit or an order. Extension point.

        :param source: ``service.work.order.line`` or ``sale.order.line``
        """
        self.ensure_one()
        is_visit_line = source._name == "service.work.order.line"
        sold = source.sale_line_id if is_visit_line else source
        values = {
            "product_id": source.product_id.id,
            "name": (source.name or sold.name or "").strip(),
            "quantity": quantity,
            "uom_id": (
                sold.product_uom_id
                or (source.uom_id if is_visit_line else source.product_uom_id)
            ).id,
        }
        if self.kind in PRICED:
            values |= {
                "price_unit": sold.price_unit,
                "discount": sold.discount,
                "tax_ids": [Command.set(sold.tax_ids.ids)],
            }
        return values

    def _get_tax_totals(self):
        """Sums of the lines, as Odoo computes them for orders and invoices."""
        self.ensure_one()
        tax = self.env["account.tax"]
        base_lines = [line._prepare_base_line() for line in self.line_ids]
        tax._add_tax_details_in_base_lines(base_lines, self.company_id)
        tax._round_base_lines_tax_details(base_lines, self.company_id)
        return tax._get_tax_totals_summary(
            base_lines=base_lines,
            currency=self.currency_id or self.company_id.currency_id,
            company=self.company_id,
        )

    @api.model
    def _follow_visits(self, visits):
        """Bring the drafts of these visits and of their requests up to date.

        A paper that cannot follow stays as it was: it is looked at again when it is
        issued, and must not stop whoever reports the work.
        """
        drafts = self.search(
            [
                ("state", "=", "draft"),
                ("is_filled_by_hand", "=", False),
                "|",
                ("work_order_id", "in", visits.ids),
                "&",
                ("work_order_id", "=", False),
                ("request_id", "in", visits.request_id.ids),
            ]
        )
        if drafts:
            run_isolated(
                self.env,
                drafts,
                lambda part: part._update_from_source(),
                lambda draft, error: _logger.warning("%s: %s", draft, error),
            )
