import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import float_is_zero, plaintext2html

from ..tools.batch import run_isolated
from ..tools.locks import take_turns

_logger = logging.getLogger(__name__)

WORK_REPORTED = ("done", "closed")


class CrmLead(models.Model):
    """Service request: what was delivered is invoiced."""

    _inherit = "crm.lead"

    invoice_error = fields.Text(
        "Why There Is No Invoice",
        readonly=True,
        copy=False,
        help="What stopped the program from making the invoice of the closed works.",
    )
    service_invoice_count = fields.Integer(
        "Invoices", compute="_compute_service_invoice_count", compute_sudo=True
    )

    @api.depends("order_ids.order_line.invoice_lines.move_id")
    def _compute_service_invoice_count(self):
        for lead in self:
            lead.service_invoice_count = len(lead._get_service_invoices())

    # -- actions

    def action_create_invoice(self):
        """Make the invoice of what was delivered, after an error or by hand."""
        self._check_may_invoice()
        # The rights on the requests are checked; invoices are Odoo's accounting.
        requests = self.sudo()
        unfinished = requests - requests._filter_works_closed()
        if unfinished:
            raise UserError(
                self.env._(
                    "Not all works of %(numbers)s are closed: the invoice is made when "
                    "the dispatcher closes the last one.",
                    numbers=", ".join(unfinished._get_service_numbers()),
                )
            )
        take_turns(requests)
        mended = any(requests.mapped("invoice_error"))
        invoiced = requests._action_invoice_works()
        failed = requests.filtered("invoice_error")
        if failed:
            raise UserError("\n".join(failed.mapped("invoice_error")))
        drafts = requests._get_service_invoices().filtered(lambda m: m.state == "draft")
        if not invoiced and not drafts and not mended:
            raise UserError(
                self.env._(
                    "There is nothing to invoice: all that was reported as done has "
                    "been invoiced already."
                )
            )
        requests.activity_feedback(["service_crm.mail_activity_invoice_failed"])
        return self.action_view_service_invoices()

    def action_view_service_invoices(self):
        """Open the invoices of these requests."""
        self._check_may_invoice()
        # The ids only: what the user may read of the invoices the view decides.
        invoices = self.sudo()._get_service_invoices()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        action["domain"] = [("id", "in", invoices.ids)]
        if len(invoices) == 1:
            action["views"] = [(self.env.ref("account.view_move_form").id, "form")]
            action["res_id"] = invoices.id
        return action

    def _action_invoice_works(self):
        """Make draft invoices of what was delivered and is not invoiced yet.

        An error stays on its request (:attr:`invoice_error`) and stops no other.
        ``self`` is in superuser mode. Returns the requests that got an invoice.
        """
        self._add_lines_done_on_site()
        errors = {
            request.id: problem
            for request in self
            if (problem := request._get_invoice_problem())
        }

        def keep_error(order, error):
            _logger.info("No invoice for %s: %s", order.name, error)
            errors[order.opportunity_id.id] = str(error)

        invoiced = run_isolated(
            self.env,
            self._get_orders_to_invoice(),
            lambda orders: orders._create_invoices(grouped=True, final=True),
            keep_error,
        ).opportunity_id
        for request in self:
            error = errors.get(request.id, False)
            if request.invoice_error != error:
                request.invoice_error = error
        invoiced._notify_accounting()
        return invoiced

    def _schedule_invoice_activities(self):
        """Give each manager the next step: invoice and papers, or an error to mend."""
        failed = self.filtered("invoice_error")
        (self - failed)._schedule_service_activities(
            "service_crm.mail_activity_invoice_documents",
            lambda request: request._get_invoice_note(),
        )
        failed._schedule_service_activities(
            "service_crm.mail_activity_invoice_failed",
            lambda request: request._get_invoice_note(),
        )

    def _schedule_service_activities(self, xmlid, get_note, user=None, summary=None):
        """Schedule an activity per request, in one batch.

        :param xmlid: the activity type
        :param get_note: called with each request, gives the HTML of its note
        :param user: whose it is; each request's manager unless told
        :param summary: the activity type's unless told
        """
        kind = self.env.ref(xmlid)
        model_id = self.env["ir.model"]._get_id(self._name)
        vals_list = []
        for request in self:
            reader = user or request._get_service_manager()
            # In the words of the reader, not of who happens to act.
            request = request.with_context(lang=reader.lang or self.env.lang)
            vals_list.append(
                {
                    "activity_type_id": kind.id,
                    "summary": summary or kind.with_env(request.env).summary,
                    "note": get_note(request),
                    "automated": True,
                    "user_id": reader.id or self.env.uid,
                    "date_deadline": fields.Date.context_today(request),
                    "res_model_id": model_id,
                    "res_id": request.id,
                }
            )
        return self.env["mail.activity"].create(vals_list)

    # -- value makers

    def _prepare_on_site_line_values(self, line):
        """Order line of what a performer did or used beyond the agreement.

        The price is the one of the order's pricelist. Extension point.

        :param line: ``service.work.order.line`` without an order line
        """
        return {
            "order_id": self._get_order_of(line.work_order_id).id,
            "product_id": line.product_id.id,
            "name": line.name,
            "product_uom_qty": line.quantity_done,
            "added_on_site": True,
            "sequence": 1000 + line.sequence,
        }

    def _get_invoice_note(self):
        """What the manager must know about the invoice of this request, as HTML."""
        self.ensure_one()
        parts = []
        if self.invoice_error:
            parts.append(plaintext2html(self.invoice_error))
        for invoice in self._get_service_invoices().filtered(
            lambda move: move.state == "draft"
        ):
            parts.append(
                Markup("<p>%s</p>")
                % self.env._(
                    "Draft invoice: %(amount)s",
                    amount=invoice.currency_id.format(invoice.amount_total),
                )
            )
        unpriced = self.work_order_ids.line_ids.filtered(
            lambda line: (
                line.work_order_id.state in WORK_REPORTED
                and not line.sale_line_id
                and not line.product_id
                and line.quantity_done
            )
        )
        if unpriced:
            parts.append(
                Markup("<p>%s</p><ul>%s</ul>")
                % (
                    self.env._("Done on site, without a price:"),
                    Markup("").join(
                        Markup("<li>%s × %g</li>") % (line.name, line.quantity_done)
                        for line in unpriced
                    ),
                )
            )
        return Markup("").join(parts)

    # -- checks and helpers

    def _check_may_invoice(self):
        """Managers, dispatchers and accountants make invoices of requests."""
        if not self.env.su and not self.env.user.has_groups(
            "service_crm.group_service_manager,service_crm.group_service_dispatcher,"
            "account.group_account_invoice"
        ):
            raise AccessError(
                self.env._("Invoices are made by managers, dispatchers and accounting.")
            )
        self.check_access("read")

    def _add_lines_done_on_site(self):
        """Extra work and materials of closed work orders become order lines."""
        lines = (
            self.env["service.work.order.line"]
            .search(self._get_on_site_domain())
            .filtered(lambda line: self._get_order_of(line.work_order_id))
        )
        sale_lines = self.env["sale.order.line"].create(
            [self._prepare_on_site_line_values(line) for line in lines]
        )
        for line, sale_line in zip(lines, sale_lines, strict=True):
            line.sale_line_id = sale_line

    def _get_on_site_domain(self):
        """Lines of work orders that become order lines. Extension point."""
        return Domain(
            [
                ("work_order_id.request_id", "in", self.ids),
                ("work_order_id.state", "in", WORK_REPORTED),
                ("sale_line_id", "=", False),
                ("product_id", "!=", False),
                ("quantity_done", ">", 0),
            ]
        )

    def _get_reported_lines(self):
        """Lines of work orders that were done and have to be invoiced, by the order
        or otherwise. Extension point."""
        return self.work_order_ids.filtered(
            lambda w: w.state in WORK_REPORTED
        ).line_ids.filtered("quantity_done")

    def _get_order_of(self, work_order):
        """The confirmed order a work order delivers to; empty when there is none."""
        order = work_order.order_id
        if order.state == "sale":
            return order
        return work_order.request_id._get_service_orders()[:1]

    def _get_invoice_problem(self):
        """Why work that was done cannot be invoiced, in words; empty when it can."""
        self.ensure_one()
        done = self._get_reported_lines()
        drafts = done.sale_line_id.order_id.filtered(lambda o: o.state != "sale")
        if drafts:
            return self.env._(
                "Work was done for %(orders)s, but the order is not confirmed. Confirm "
                "it, then make the invoice.",
                orders=", ".join(drafts.mapped("name")),
            )
        if done.filtered(lambda line: line.product_id and not line.sale_line_id):
            return self.env._(
                "Work was done, but there is no confirmed order for it. Make the "
                "quotation and confirm it, then make the invoice."
            )
        return ""

    def _get_orders_to_invoice(self):
        """Confirmed orders with a delivered quantity that is not invoiced yet."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        lines = self._get_service_orders().order_line.filtered(
            lambda line: (
                not line.is_downpayment
                and not line.display_type
                and not float_is_zero(line.qty_to_invoice, precision_digits=digits)
            )
        )
        return lines.order_id

    def _get_service_invoices(self):
        """Invoices and credit notes of these requests, cancelled ones too."""
        return self.order_ids.order_line.invoice_lines.move_id.filtered(
            lambda move: move.move_type in ("out_invoice", "out_refund")
        )

    def _get_service_numbers(self):
        """The numbers people know these requests by."""
        return [request.service_number or request.name for request in self]

    def _notify_accounting(self):
        """Tell accounting of new draft invoices that the manager may not post."""
        group = self.env.ref("account.group_account_invoice")
        for request in self:
            if group in request._get_service_manager().all_group_ids:
                continue
            for invoice in request._get_service_invoices().filtered(
                lambda move: move.state == "draft"
            ):
                accountants = group.all_user_ids.filtered(
                    lambda user, company=invoice.company_id: (
                        not user.share and company in user.company_ids
                    )
                )
                if accountants:
                    invoice.message_notify(
                        partner_ids=accountants.partner_id.ids,
                        subject=self.env._("Invoice to post"),
                        body=self.env._(
                            "The works of %(number)s are closed: check this draft "
                            "invoice and post it.",
                            number=request.service_number or request.name,
                        ),
                    )
