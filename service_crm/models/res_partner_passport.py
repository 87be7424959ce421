from odoo import fields, models
from odoo.tools import format_date

PASSPORT_GROUP = "service_crm.group_service_passport"


class ResPartner(models.Model):
    """Contact: the passport a power of attorney names, for few eyes only.

    None of it is tracked, copied or found by a search of others: the fields exist only
    for the own group, in forms, lists, exports and by RPC alike.
    """

    _inherit = "res.partner"

    passport_number = fields.Char(
        "Passport No.", copy=False, groups=PASSPORT_GROUP, help="Series and number."
    )
    passport_issued_by = fields.Char("Issued By", copy=False, groups=PASSPORT_GROUP)
    passport_issued_on = fields.Date("Issued On", copy=False, groups=PASSPORT_GROUP)
    passport_code = fields.Char(
        "Code of the Office",
        copy=False,
        groups=PASSPORT_GROUP,
        help="For example 770-001.",
    )
    passport_birth_date = fields.Date(
        "Date of Birth", copy=False, groups=PASSPORT_GROUP
    )
    passport_address = fields.Char("Registered At", copy=False, groups=PASSPORT_GROUP)

    def _get_passport_text(self):
        """The passport as it stands on a paper; empty unless number, office and date
        are known."""
        if not (
            self.passport_number and self.passport_issued_by and self.passport_issued_on
        ):
            return ""
        parts = [
            self.env._("passport %(number)s", number=self.passport_number),
            self.env._(
                "issued by %(office)s on %(date)s",
                office=self.passport_issued_by,
                date=format_date(self.env, self.passport_issued_on),
            ),
        ]
        if self.passport_code:
            parts.append(self.env._("code %(code)s", code=self.passport_code))
        if self.passport_birth_date:
            parts.append(
                self.env._(
                    "born on %(date)s",
                    date=format_date(self.env, self.passport_birth_date),
                )
            )
        if self.passport_address:
            parts.append(
                self.env._("registered at %(address)s", address=self.passport_address)
            )
        return ", ".join(parts)
