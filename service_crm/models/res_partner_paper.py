from odoo import models


class ResPartner(models.Model):
    """Contact: how it stands on papers."""

    _inherit = "res.partner"

    def _get_paper_address(self):
        """The address in one line; the country where it is another one than ours."""
        if not self:
            return ""
        lines = [
            line.strip(" ,")
            for line in self._display_address(without_company=True).splitlines()
        ]
        if self.country_id == self.env.company.country_id:
            lines = [line for line in lines if line != self.country_id.name]
        return ", ".join(filter(None, lines))

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

        :return: list of lines, each a list of ``(label, value)``; a label may be empty
        """
        self.ensure_one()
        company = self.commercial_partner_id
        bank = company.bank_ids[:1]
        tax_label = company.country_id.vat_label or self.env._("Tax ID")
        lines = (
            [("", self._get_paper_address() or company._get_paper_address())],
            [
                ("INN" if company.country_code == "RU" else tax_label, company.vat),
                ("KPP", company.kpp),
                (company.company_registry_label, company.company_registry),
            ],
            [(self.env._("Account"), bank.acc_number), ("BIC", bank.bank_bic)],
            [(self.env._("Bank"), bank.bank_name)],
            [
                (self.env._("Phone"), self.phone or company.phone),
                (self.env._("Email"), self.email or company.email),
            ],
        )
        found = [
            [
                (self._translate_requisite(label), value)
                for label, value in line
                if value
            ]
            for line in lines
        ]
        return [line for line in found if line]

    def _translate_requisite(self, label):
        """Names of numbers that are written otherwise in other languages."""
        return {
            "INN": self.env._("INN"),
            "KPP": self.env._("KPP"),
            "OGRN": self.env._("OGRN"),
            "EDRPOU": self.env._("EDRPOU"),
            "BIC": self.env._("BIC"),
        }.get(label, label)
