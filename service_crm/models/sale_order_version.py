from odoo import api, fields, models
from odoo.exceptions import UserError

VERSION_STATES = [
    ("current", "With the Customer"),
    ("replaced", "Replaced"),
    ("accepted", "Accepted"),
    ("refused", "Refused"),
]


class SaleOrderVersion(models.Model):
    """One offer as it was sent: number, date, totals, lines and PDF.

    Versions are readable only: they are made when a quotation is sent and end when it
    is taken back, agreed or refused.
    """

    _name = "sale.order.version"
    _description = "Version of an offer"
    _order = "sent_at desc, id desc"

    order_id = fields.Many2one(
        "sale.order",
        "Quotation",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    request_id = fields.Many2one(
        related="order_id.opportunity_id",
        string="Request",
        store=True,
        index="btree_not_null",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    number = fields.Integer("Version", required=True, readonly=True, aggregator=None)
    sent_at = fields.Datetime("Sent", required=True, readonly=True)
    sent_by = fields.Many2one("res.users", required=True, readonly=True)
    validity_date = fields.Date("Valid Until", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_untaxed = fields.Monetary("Untaxed Amount", readonly=True)
    amount_tax = fields.Monetary("Tax", readonly=True)
    amount_total = fields.Monetary("Total", readonly=True)
    amount_accepted = fields.Monetary(
        "Accepted Total",
        readonly=True,
        help="With the options the customer has ticked.",
    )
    state = fields.Selection(
        VERSION_STATES, required=True, readonly=True, default="current", index=True
    )
    reason = fields.Char(readonly=True, help="Why it was replaced or refused.")
    is_reminded = fields.Boolean(
        "Reminder Given", readonly=True, help="That the offer will lapse soon."
    )
    attachment_id = fields.Many2one(
        "ir.attachment", "Printed File", readonly=True, ondelete="restrict"
    )
    line_ids = fields.One2many("sale.order.version.line", "version_id", "Services")

    _number_uniq = models.UniqueIndex(
        "(order_id, number)", "This version of the offer is there already."
    )
    _lapse_idx = models.Index(
        "(validity_date) WHERE state = 'current' AND is_reminded IS NOT TRUE"
    )

    @api.depends("order_id.name", "number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(order)s, version %(number)s",
                order=version.order_id.name,
                number=version.number,
            )

    def action_open_file(self):
        """Open the PDF as it was sent."""
        self.ensure_one()
        self.check_access("read")
        if not self.attachment_id:
            raise UserError(
                self.env._(
                    "No PDF was drawn when %(version)s was sent. Its services and "
                    "totals are kept here.",
                    version=self.display_name,
                )
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}",
            "target": "new",
        }

    def _close(self, state, reason=False):
        """The offer is not with the customer any more.

        :param state: ``replaced``, ``accepted`` or ``refused``
        """
        # Readable only, whoever takes the step.
        versions = self.sudo()
        versions.write({"state": state, "reason": reason})
        if state == "accepted":
            for version in versions:
                version.amount_accepted = version.order_id.amount_total
                version.line_ids._note_accepted()

    def _draw_file(self):
        """Keep the PDF as it is now: the customer gets the same one."""
        if not self.order_id._may_draw():
            return
        # Kept beside the order, whoever sends it.
        attachments = self.env["ir.attachment"].sudo()
        for version in self.filtered(lambda version: not version.attachment_id):
            order = version.order_id.with_env(self.env)
            name, content = order._draw_offer()
            version.sudo().attachment_id = attachments.create(  # as above
                {
                    "name": name,
                    "raw": content,
                    "res_model": order._name,
                    "res_id": order.id,
                }
            )
