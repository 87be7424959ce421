from odoo import api, models
from odoo.tools import SQL, ormcache


class IrSequence(models.Model):
    _name = "ir.sequence"
    _inherit = ["ir.sequence", "service.cached.mixin"]

    @api.model
    def _next_by_code_batch(self, code, count):
        """The next ``count`` numbers of a sequence, in a constant number of queries.

        A sequence without gaps or by date range draws them one by one, as Odoo does.

        :return: list of ``count`` numbers; of ``False`` when there is no such sequence
        """
        found = self._get_sequence_values(code, self.env.company.id)
        if not found:
            return [False] * count
        sequence_id, is_plain, values = found
        if not is_plain:
            # Whoever creates a numbered record needs no right on the sequence itself.
            sequence = self.sudo().browse(sequence_id)
            return [sequence.next_by_id() for _index in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence_id:03d}",
                count,
            )
        )
        prefix, suffix = self.new(values)._get_prefix_suffix()
        return [f"{prefix}{number:0{values['padding']}d}{suffix}" for (number,) in rows]

    @api.model
    @ormcache("code", "company_id")
    def _get_sequence_values(self, code, company_id):
        """``(id, whether numbers may be drawn in a batch, values)`` of a sequence."""
        # See above; of the sequence itself nothing is shown to the user.
        sequence = self.sudo().search(
            [("code", "=", code), ("company_id", "in", (company_id, False))],
            order="company_id",
            limit=1,
        )
        if not sequence:
            return None
        is_plain = sequence.implementation == "standard" and not sequence.use_date_range
        names = ("name", "prefix", "suffix", "padding")
        return sequence.id, is_plain, {name: sequence[name] for name in names}
