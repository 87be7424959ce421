from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import requisites


class ResPartner(models.Model):
    """Customer: INN, KPP and OGRN of Russia, EDRPOU of Ukraine, checked."""

    _inherit = "res.partner"

    kpp = fields.Char(
        "KPP",
        help="The reason code of the tax office: nine characters, of companies in "
        "Russia only. Branches of one company differ by it.",
    )
    requisites_country = fields.Char(compute="_compute_requisites_country")

    @api.depends("country_id")
    @api.depends_context("company")
    def _compute_requisites_country(self):
        """Whose rules the numbers go by: the company's, when no country is given."""
        for partner in self:
            partner.requisites_country = (
                partner.country_id or self.env.company.country_id
            ).code

    @api.constrains("vat", "company_registry", "kpp", "country_id", "parent_id")
    def _check_requisites(self):
        """Wrong check digits never get onto a contract."""
        for partner in self:
            # contacts of a company carry its numbers
            if partner.commercial_partner_id != partner:
                continue
            wrong = partner._get_wrong_requisites()
            if wrong:
                lines = [
                    self._get_requisite_errors(partner[name])[kind]
                    for name, kind in wrong.items()
                ]
                if not partner.country_id:
                    lines.append(
                        self.env._(
                            "If the customer is of another country, set the country."
                        )
                    )
                name = partner.display_name
                raise ValidationError("\n".join([f"{name}:" if name else "", *lines]))

    def _get_wrong_requisites(self):
        """What is wrong with the numbers of a customer. Extension point.

        :return: ``{field: kind}``, the kinds are those of ``_get_requisite_errors``
        """
        self.ensure_one()
        if self.requisites_country == "RU":
            return requisites.check_ru(self.vat, self.company_registry, self.kpp)
        if self.requisites_country == "UA":
            return requisites.check_ua(self.company_registry)
        return {}

    @api.model
    def _get_requisite_errors(self, number):
        """``{kind: sentence}`` for what may be wrong with what was typed.

        Extension point.
        """
        return {
            "inn_format": self.env._(
                "INN “%(number)s”: an INN has 10 digits (company) or 12 digits "
                "(entrepreneur, person).",
                number=number,
            ),
            "inn_digits": self.env._(
                "INN “%(number)s”: the check digit is wrong, please compare it with "
                "the papers of the customer.",
                number=number,
            ),
            "kpp_format": self.env._(
                "KPP “%(number)s”: a KPP has nine characters, for example 773601001.",
                number=number,
            ),
            "kpp_person": self.env._(
                "KPP “%(number)s”: entrepreneurs and persons (INN of 12 digits) have "
                "no KPP. Leave it empty.",
                number=number,
            ),
            "ogrn_format": self.env._(
                "OGRN “%(number)s”: an OGRN has 13 digits (company) or 15 digits "
                "(entrepreneur).",
                number=number,
            ),
            "ogrn_digits": self.env._(
                "OGRN “%(number)s”: the check digit is wrong, please compare it with "
                "the papers of the customer.",
                number=number,
            ),
            "edrpou_format": self.env._(
                "EDRPOU “%(number)s”: it has 8 digits, of a person 10 digits.",
                number=number,
            ),
            "edrpou_digits": self.env._(
                "EDRPOU “%(number)s”: the check digit is wrong, please compare it "
                "with the papers of the customer.",
                number=number,
            ),
        }

    @api.model
    def _get_company_registry_labels(self):
        """The number of the register is called OGRN in Russia, EDRPOU in Ukraine."""
        return {**super()._get_company_registry_labels(), "RU": "OGRN", "UA": "EDRPOU"}

    @api.model
    def _synced_commercial_fields(self):
        return [*super()._synced_commercial_fields(), "kpp"]
