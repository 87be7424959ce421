from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

BATCH = 5000
# What still waits for a gateway or a person stays, however old it is.
OPEN = ("waiting", "queued", "sending", "unknown")


class ServiceNotification(models.Model):
    """Messages: kept for so many months."""

    _inherit = "service.notification"

    _age_idx = models.Index("(create_date)")

    @api.autovacuum
    def _gc_old_messages(self):
        """Forget messages that are older than their company keeps them, in batches."""
        domains = [Domain.FALSE]
        limits = self.env["service.message.limit"].search([("keep_months", ">=", 0)])
        companies = limits.company_id.ids
        for limit in limits.filtered("keep_months"):
            before = fields.Datetime.now() - relativedelta(months=limit.keep_months)
            of_company = (
                Domain("company_id", "=", limit.company_id.id)
                if limit.company_id
                else Domain("company_id", "not in", companies)
            )
            domains.append(Domain("create_date", "<", before) & of_company)
        domain = Domain.OR(domains) & Domain("state", "not in", OPEN)
        old = self.search(domain, order="create_date, id", limit=BATCH)
        old.unlink()
        return len(old), len(old) == BATCH
