from odoo import models
from odoo.exceptions import UserError


class ServiceCompanyMixin(models.AbstractModel):
    """Links to records of another company: refused without telling their names."""

    _name = "service.company.mixin"
    _description = "Links within a company"

    def _check_company(self, fnames=None):
        """Who may not read what was linked is told that, and nothing of it."""
        try:
            return super()._check_company(fnames)
        except UserError:
            # Odoo's sentence names the linked records, whoever reads it.
            for name, field in self._fields.items():
                if field.relational and field.check_company:
                    self[name].check_access("read")
            raise
