from datetime import timedelta

from odoo import api, fields, models

KEEP_DAYS = 30


class SmsGatewayRefusal(models.Model):
    """Calls of a gateway that were refused: many alike of one day are one row."""

    _name = "sms.gateway.refusal"
    _description = "Refused Call of a Gateway"
    _order = "write_date desc, id desc"

    gateway_id = fields.Many2one(
        "sms.gateway", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", related="gateway_id.company_id")
    error = fields.Char("Why", required=True, readonly=True)
    network = fields.Char("From", readonly=True)
    times = fields.Integer(required=True, readonly=True, default=1)
    write_date = fields.Datetime("Last Time", readonly=True)

    _same_uniq = models.UniqueIndex(
        "(gateway_id, network, error, (create_date::date))",
        "This refusal is kept already.",
    )

    @api.autovacuum
    def _gc_refusals(self):
        """Forget refusals of last month."""
        old = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.search([("write_date", "<", old)], limit=10000).unlink()
