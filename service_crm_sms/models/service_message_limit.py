from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache


class ServiceMessageLimit(models.Model):
    """When people are left in peace, and how many messages a day are enough."""

    _name = "service.message.limit"
    _inherit = "service.cached.mixin"
    _description = "Limits of messages"
    _order = "company_id, id"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company",
        ondelete="cascade",
        index=True,
        help="Empty: for all companies without limits of their own.",
    )
    quiet_from = fields.Float(
        "Quiet from",
        default=22.0,
        help="By the clock of the recipient. The same time twice: no quiet hours.",
    )
    quiet_to = fields.Float("Quiet until", default=8.0)
    quiet_mail = fields.Boolean(
        "E-mails Wait, Too",
        help="Otherwise only SMS and advertising wait for the morning.",
    )
    daily_cap = fields.Integer(
        "Messages a Day",
        default=10,
        help="No customer gets more messages a day than this, all rules together. "
        "0: as many as there are.",
    )

    _company_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0))", "There are limits for this company already."
    )
    _cap_positive = models.Constraint(
        "CHECK(daily_cap >= 0)", "The number of messages a day can not be negative."
    )

    @api.constrains("quiet_from", "quiet_to")
    def _check_hours(self):
        """Quiet hours are times of day."""
        for limit in self:
            if not (0 <= limit.quiet_from <= 24 and 0 <= limit.quiet_to <= 24):
                raise ValidationError(
                    self.env._("Quiet hours are times of day: from 0:00 to 24:00.")
                )

    @api.depends("company_id")
    def _compute_display_name(self):
        for limit in self:
            limit.display_name = limit.company_id.name or self.env._("All companies")

    @api.model
    @ormcache("company_id")
    def _get_settings(self, company_id):
        """``(quiet from, quiet until, mails too, messages a day)`` of a company."""
        # sudo: limits hold for everybody's steps, see the callers
        rows = self.sudo().search([("company_id", "in", (company_id, False))])
        row = rows.filtered("company_id") or rows
        if not row:
            return (0.0, 0.0, False, 0)
        return (row.quiet_from, row.quiet_to, row.quiet_mail, row.daily_cap)
