from base64 import b64encode
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class SaleOrder(models.Model):
    """Service order: each offer that was sent is kept as a version."""

    _name = "sale.order"
    _inherit = ["sale.order", "service.paper.mixin"]

    version_ids = fields.One2many("sale.order.version", "order_id", "Versions")
    offer_version_id = fields.Many2one(
        "sale.order.version",
        "Present Version",
        compute="_compute_offer_version_id",
        help="The version the customer has, or agreed to.",
    )
    offer_number = fields.Integer(
        "Version",
        compute="_compute_offer_version_id",
        help="The version that is sent, or will be sent next.",
    )
    version_count = fields.Integer(
        "Number of Versions", compute="_compute_offer_version_id"
    )

    @api.depends("version_ids.state", "version_ids.number", "state")
    def _compute_offer_version_id(self):
        for order in self:
            # Which version it is, is printed on what everybody gets who sees the order.
            versions = order.sudo().version_ids.sorted("number")
            last = versions[-1:]
            live = last.filtered(lambda v: v.state in ("current", "accepted"))
            order.offer_version_id = live.sudo(False)
            order.version_count = len(versions)
            order.offer_number = last.number + (
                order.state == "draft" or not last.number
            )

    @api.depends("offer_number", "is_service")
    @api.depends_context("lang")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for order in self.filtered("is_service"):
            if order.offer_number > 1:
                order.display_name = order._get_version_name(
                    order.offer_number, order.display_name
                )
        return result

    @api.depends("is_service", "team_id")
    def _compute_validity_date(self):
        result = super()._compute_validity_date()
        for order in self.filtered("is_service"):
            if days := order.team_id.offer_validity_days:
                order.validity_date = self._get_last_valid_day(days)
        return result

    def write(self, vals):
        state = vals.get("state")
        moved = self.filtered(
            lambda order: state and order.is_service and order.state != state
        )
        result = super().write(vals)
        if state == "sent":
            moved._make_versions()
        elif state in (ends := {"sale": "accepted", "cancel": "refused"}):
            moved._close_versions(ends[state])
        elif state == "draft":
            moved._close_versions("replaced")
        if "validity_date" in vals:
            current = self.offer_version_id.filtered(lambda v: v.state == "current")
            # The version is readable only; its validity is that of the order.
            current.sudo().write(
                {"validity_date": vals["validity_date"], "is_reminded": False}
            )
        return result

    # Steps ---------------------------------------------------------------------------

    def action_refine(self):
        """Ask why the offer has to be refined, then take it back to a draft."""
        self._check_may_refine()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refine the Offer"),
            "res_model": "sale.order.refine",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_order_ids": self.ids},
        }

    def action_view_versions(self):
        """Open the versions of these offers."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_sale_order_version"
        )
        return {**action, "domain": [("order_id", "in", self.ids)]}

    def _check_may_refine(self):
        """Dispatchers and managers refine what the customer has in hand."""
        self.opportunity_id._check_may_quote()
        self.check_access("write")
        for order in self:
            if order.state != "sent":
                raise UserError(
                    self.env._(
                        "%(order)s is not with the customer now: there is nothing to "
                        "take back.",
                        order=order.display_name,
                    )
                )

    def _action_refine(self, reason):
        """Take offers back to a draft: the next one sent is a new version.

        Approvals asked for or given are withdrawn with it.
        """
        for order in self:
            body = self.env._(
                "%(offer)s has to be refined: %(reason)s",
                offer=order.offer_version_id.display_name,
                reason=reason,
            )
            order.opportunity_id._message_log(body=body)
        self._close_versions("replaced", reason)
        self.action_draft()

    def _action_rejected(self, approval):
        """A version that was rejected is closed with the reason."""
        # An approver is no seller: the version ends by the decision.
        self._close_versions("refused", approval.comment)
        return super()._action_rejected(approval)

    # Versions ------------------------------------------------------------------------

    def _make_versions(self):
        """Keep what is sent just now, with its date and its PDF."""
        self._renew_validity()
        # Versions are readable only; they are made by this step alone.
        versions = self.env["sale.order.version"].sudo()
        versions = versions.create([order._prepare_version_values() for order in self])
        versions.sudo(self.env.su)._draw_file()

    def _prepare_version_values(self):
        """Values of the version that is sent. Extension point.

        :return: values for ``sale.order.version.create``
        """
        self.ensure_one()
        # The salesperson who sends the offer may have no role that reads versions.
        last = max(self.sudo().version_ids.mapped("number"), default=0)
        return {
            "order_id": self.id,
            "number": last + 1,
            "sent_at": fields.Datetime.now(),
            "sent_by": self.env.uid,
            "validity_date": self.validity_date,
            "currency_id": self.currency_id.id,
            "amount_untaxed": self.amount_untaxed,
            "amount_tax": self.amount_tax,
            "amount_total": self.amount_total,
            "line_ids": [
                Command.create(line._prepare_version_line_values())
                for line in self._get_priced_lines()
            ],
        }

    def _close_versions(self, state, reason=False):
        """End the versions that are with the customers."""
        current = self.sudo().version_ids.filtered(  # ended by whoever takes the step
            lambda version: version.state == "current"
        )
        current._close(state, reason)

    def _get_version_name(self, number, name=None):
        """What an offer is called: its number, and the version from the second on."""
        name = name or self.name
        if number < 2:
            return name
        return self.env._("%(order)s, version %(number)s", order=name, number=number)

    def _get_offer_file_name(self):
        """Name of the PDF, in the customer's language."""
        self.ensure_one()
        env = self.with_context(lang=self.partner_id.lang or self.env.lang).env
        if self.state == "sale":
            return env._("Order %(number)s", number=self.name)
        return env._(
            "Commercial offer %(number)s-%(version)s",
            number=self.name,
            version=self.offer_number,
        )

    def _get_report_base_filename(self):
        """An offer of service is named as its version is."""
        if self.is_service:
            return self._get_offer_file_name()
        return super()._get_report_base_filename()

    # Mail ----------------------------------------------------------------------------

    def _find_mail_template(self):
        """Service offers go out with the letter and the form of their own."""
        self.ensure_one()
        template = self.env.ref(
            "service_crm.mail_template_offer", raise_if_not_found=False
        )
        if (
            template
            and self.is_service
            and self.state != "sale"
            and not self.env.context.get("proforma")
        ):
            return template
        return super()._find_mail_template()

    def _process_attachments_for_template_post(self, mail_template):
        """The letter carries the very file that is kept with the version."""
        result = super()._process_attachments_for_template_post(mail_template) or {}
        if mail_template != self.env.ref(
            "service_crm.mail_template_offer", raise_if_not_found=False
        ):
            return result
        for order in self:
            found = result.setdefault(order.id, {})
            version = order.offer_version_id
            version._draw_file()
            if file := version.attachment_id:
                found.setdefault("attachment_ids", []).append(file.id)
            elif order._may_draw():
                name, content = order._draw_offer()
                found.setdefault("attachments", []).append((name, b64encode(content)))
        return result

    @api.model
    def _may_draw(self):
        """Whether PDFs can be drawn here: without, offers are sent all the same."""
        return self.env["ir.actions.report"].get_wkhtmltopdf_state() != "install"

    def _draw_offer(self):
        """The commercial offer as it is now.

        :return: ``(file name, content)``
        """
        self.ensure_one()
        content, kind = self.env["ir.actions.report"]._render_qweb_pdf(
            "service_crm.action_report_service_offer", self.ids
        )
        return f"{self._get_offer_file_name()}.{kind}", content

    # Validity ------------------------------------------------------------------------

    def _get_last_valid_day(self, days):
        """The last day of an offer that is valid for so many days."""
        return fields.Date.context_today(self) + timedelta(days)

    def _renew_validity(self):
        """An offer that lay in the drawer is valid from the day it is sent."""
        today = fields.Date.context_today(self)
        lapsed = self.filtered(
            lambda order: order.validity_date and order.validity_date < today
        )
        lapsed._compute_validity_date()

    @api.model
    def _get_lapsing_domain(self):
        """Versions that lapse within the days their team is reminded before."""
        today = fields.Date.context_today(self)
        teams = self.env["crm.team"].search(
            [("is_service", "=", True), ("offer_reminder_days", ">", 0)]
        )
        soon = Domain.OR(
            Domain("order_id.team_id", "=", team.id)
            & Domain("validity_date", "<=", today + timedelta(team.offer_reminder_days))
            for team in teams
        )
        return (
            Domain("state", "=", "current")
            & Domain("is_reminded", "=", False)
            & Domain("validity_date", ">=", today)
            & Domain("order_id.state", "=", "sent")
            & soon
        )

    @api.model
    def _cron_remind_offers(self, limit=200):
        """Give dispatchers a to-do before their offers lapse, some at a time."""
        versions = self.env["sale.order.version"]
        domain = self._get_lapsing_domain()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=versions.search_count(domain))
        for version in versions.search(domain, limit=limit, order="validity_date, id"):
            version = version.try_lock_for_update().filtered_domain(domain)
            if version:
                version.order_id._remind_of_lapse()
                version.is_reminded = True
            if not cron._commit_progress(1):
                break

    def _remind_of_lapse(self):
        """The to-do of the dispatcher: call before the offer lapses."""
        self.ensure_one()
        request = self.opportunity_id
        user = request.dispatcher_id or self.user_id or request.team_id.user_id
        if not user:
            return
        record = request.with_context(lang=user.lang)
        record.activity_schedule(
            "service_crm.mail_activity_offer_lapses",
            date_deadline=self.validity_date,
            summary=record.env._(
                "%(offer)s lapses: ask the customer",
                offer=self._get_version_name(self.offer_number),
            ),
            user_id=user.id,
        )
