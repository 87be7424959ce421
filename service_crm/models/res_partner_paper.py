from odoo import models


class ResPartner(models.Model):
    """Contact: how it stands on papers."""

    _inherit = "res.partner"

    def _get_paper_address(self):
        """The address in one line; empty without any."""
        self.ensure_one()
        lines = self._display_address(without_company=True).splitlines()
        return ", ".join(line.strip(" ,") for line in lines if line.strip(" ,"))

    def _get_paper_letterhead(self):
        """Lines beside the logo of our own company: address, ways to reach it."""
        self.ensure_one()
        return [
            line
            for line in (
                self._get_paper_address(),
                self.phone,
                self.email,
                self.website,
            )
            if line
        ]

    def _get_paper_requisites(self):
        """What identifies a party on a paper. Extension point.

        Numbers and account of a contact are those of its company.

        :return: list of ``(label, value)``; the label may be empty
        """
        self.ensure_one()
        company = self.commercial_partner_id
        bank = company.bank_ids[:1]
        is_russian = company.country_code == "RU"
        numbers = (
            (
                "INN"
                if is_russian
                else company.country_id.vat_label or self.env._("Tax ID"),
                company.vat,
            ),
            ("KPP", company.kpp),
            (company.company_registry_label, company.company_registry),
        )
        rows = [
            (self._translate_requisite(label), value)
            for label, value in (
                ("", self._get_paper_address() or company._get_paper_address()),
                *numbers,
                (self.env._("Account"), bank.acc_number),
                (self.env._("Bank"), bank.bank_name),
                ("BIC", bank.bank_bic),
                (self.env._("Phone"), self.phone or company.phone),
                (self.env._("Email"), self.email or company.email),
            )
            if value
        ]
        return rows

    def _translate_requisite(self, label):
        """Names of numbers that are written otherwise in other languages."""
        return {
            "INN": self.env._("INN"),
            "KPP": self.env._("KPP"),
            "OGRN": self.env._("OGRN"),
            "EDRPOU": self.env._("EDRPOU"),
            "BIC": self.env._("BIC"),
        }.get(label, label)
