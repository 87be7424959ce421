from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.locks import take_turns


class ServiceDocumentType(models.Model):
    """Kinds of documents: their series of numbers, one per company and year."""

    _inherit = "service.document.type"

    @api.constrains("number_prefix", "number_padding")
    def _check_number_prefix(self):
        """Each year counts from 1: without the year numbers would come again."""
        for kind in self:
            prefix = kind.number_prefix or ""
            if "%(year)s" not in prefix and "%(y)s" not in prefix:
                raise ValidationError(
                    self.env._(
                        "%(kind)s: every year counts from 1, so the number must "
                        "contain the year. Write for example ACT/%%(year)s/",
                        kind=kind.name,
                    )
                )
            try:
                prefix % {"year": "", "y": "", "month": "", "day": ""}
            except (KeyError, TypeError, ValueError) as error:
                raise ValidationError(
                    self.env._(
                        "%(kind)s: the beginning of the number may contain "
                        "%%(year)s, %%(y)s, %%(month)s and %%(day)s, nothing else "
                        "after a %% sign.",
                        kind=kind.name,
                    )
                ) from error
            if not 1 <= kind.number_padding <= 12:
                raise ValidationError(
                    self.env._("%(kind)s: a number has 1 to 12 digits.", kind=kind.name)
                )

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"number_prefix", "number_padding", "is_gapless", "name"}:
            for kind in self:
                # Kinds of documents are the administrator's, and so are their numbers.
                kind.sudo()._update_sequences()
        return result

    def unlink(self):
        # See above; a series without its kind would number nothing.
        sequences = self.sudo()._find_sequences()
        result = super().unlink()
        sequences.unlink()
        return result

    def _next_numbers(self, company, date, count):
        """The next ``count`` numbers of the company's series of the date's year."""
        self.ensure_one()
        # Whoever may issue a document needs no right on its series.
        sequence = self.sudo()._get_sequence(company, date)
        # The date of the document also fills the year into the number.
        sequence = sequence.with_context(ir_sequence_date=fields.Date.to_string(date))
        return [sequence.next_by_id() for _index in range(count)]

    def _get_sequence(self, company, date):
        """The series of a company, with the year of the date."""
        sequence = self._find_sequences(company)
        year = sequence.date_range_ids.filtered(
            lambda part: part.date_from <= date <= part.date_to
        )
        if sequence and year:
            return sequence
        # Two who issue the first document of a company or of a year would begin two
        # series.
        take_turns(self)
        if not sequence:
            values = self._prepare_sequence_values()
            sequence = sequence.create({**values, "company_id": company.id})
        if not year:
            sequence._create_date_range_seq(date)
        return sequence

    def _update_sequences(self):
        """Let the series follow the kind; each year goes on where it was."""
        sequences = self._find_sequences()
        years = sequences.date_range_ids
        years.invalidate_recordset(["number_next_actual"])  # Odoo keeps it too long
        following = {year: year.number_next_actual for year in years}
        sequences.write(self._prepare_sequence_values())
        # Odoo begins anew where numbers may have gaps from now on.
        for year, number in following.items():
            year.number_next = number

    def _find_sequences(self, company=None):
        """The series of these kinds; of all companies unless one is given."""
        domain = [("code", "in", [kind._get_sequence_code() for kind in self])]
        if company:
            domain.append(("company_id", "=", company.id))
        return self.env["ir.sequence"].search(domain)

    def _get_sequence_code(self):
        """The code of the sequences of this kind: one per company."""
        return f"service.document.{self.id}"

    def _prepare_sequence_values(self):
        """Values of the series of this kind. Extension point."""
        self.ensure_one()
        return {
            "name": self.name,
            "code": self._get_sequence_code(),
            "prefix": self.number_prefix,
            "padding": self.number_padding,
            "implementation": "no_gap" if self.is_gapless else "standard",
            "use_date_range": True,
        }
