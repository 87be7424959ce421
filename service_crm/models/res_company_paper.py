import re

from odoo import fields, models

DEFAULT_COLOR = "#1d2127"


class ResCompany(models.Model):
    """Our own company on papers: who signs for it, in which colour."""

    _inherit = "res.company"

    service_signatory_name = fields.Char(
        "Papers Signed By", help="Who signs contracts and acts: Ivanov I. I."
    )
    service_signatory_position = fields.Char(
        "Position", translate=True, help="Of who signs: Director."
    )
    service_accountant_name = fields.Char(
        "Chief Accountant", help="Signs powers of attorney and waybills too."
    )

    def _get_paper_color(self):
        """Colour of rules on papers: that of the company's reports."""
        self.ensure_one()
        color = self.primary_color or ""
        return color if re.fullmatch(r"#[0-9a-fA-F]{3,8}", color) else DEFAULT_COLOR
