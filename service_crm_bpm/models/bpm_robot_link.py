import ast

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..tools.values import parse_text, write_grouped


class BpmRobot(models.Model):
    """Robot: link the document to another one that is found by its values."""

    _inherit = "bpm.robot"

    link_field_id = fields.Many2one(
        "ir.model.fields",
        "Field to Link",
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('store', '=', True),"
        " ('ttype', 'in', ['many2one', 'many2many'])]",
    )
    link_model_name = fields.Char(related="link_field_id.relation")
    link_domain = fields.Char(
        "Found By",
        default="[]",
        help="Values of the document by {{field}}: [('email', '=', '{{email_from}}')].",
    )

    @api.model
    def _get_robot_kinds(self):
        """Adds: linking a document."""
        kinds = super()._get_robot_kinds()
        return {**kinds, "link": {"name": self.env._("Link a document")}}

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        return [*super()._get_guarded_fields(), "link_field_id", "link_domain"]

    def _check_link(self):
        """There is a field that can hold the link, and a way to find the other."""
        if self.link_field_id.model_id != self.model_id:
            raise UserError(self.env._("Choose the field that is to hold the link."))
        self._parse_link_domain()

    def _parse_link_domain(self):
        """The condition, taken apart: ``[leaf or operator, …]``."""
        try:
            leaves = ast.literal_eval(self.link_domain or "[]")
            Domain(leaves).validate(self.env[self.link_field_id.relation])
        except Exception as error:
            raise UserError(
                self.env._("The condition cannot be understood: %(error)s", error=error)
            ) from error
        if not leaves:
            raise UserError(self.env._("Say by what the document to link is found."))
        return leaves

    def _describe_link(self):
        """The action in words."""
        return self.env._(
            "link %(field)s", field=self.link_field_id.field_description or "…"
        )

    def _get_link_paths(self):
        """Fields by whose values the other document is found."""
        paths = []
        for leaf in self._parse_link_domain():
            if not isinstance(leaf, str) and isinstance(leaf[2], str):
                paths += parse_text(leaf[2]).paths
        return paths

    def _run_link(self, records):
        """Link what the values of each document lead to."""
        leaves = self._parse_link_domain()
        field = self.link_field_id
        others = records.env[field.relation]
        domains = {record.id: _fill_in(leaves, record) for record in records}
        # one search for the whole batch, then each takes its own
        wanted = [domain for domain in domains.values() if domain is not None]
        found = others.search(Domain.OR(wanted)) if wanted else others
        results, values = {}, {}
        for record in records:
            domain = domains[record.id]
            own = others if domain is None else found.filtered_domain(domain)
            if not own:
                results[record.id] = self.env._("Nothing found to link")
                continue
            if field.ttype == "many2many":
                linked = [Command.link(other.id) for other in own]
            elif len(own) > 1:
                raise UserError(
                    self.env._(
                        "Several documents fit: %(names)s. Narrow the condition.",
                        names=", ".join(own[:5].mapped("display_name")),
                    )
                )
            else:
                linked = own.id
            values[record.id] = {field.name: linked}
            results[record.id] = ", ".join(own.mapped("display_name"))
        write_grouped(records, values)
        return results


def _fill_in(leaves, record):
    """The condition with the values of one record; none when a value is missing."""
    filled = []
    for leaf in leaves:
        if not isinstance(leaf, str) and isinstance(leaf[2], str):
            text = parse_text(leaf[2])
            value = text.render(record)
            if text.paths and not value.strip():
                return None  # an empty value would find everybody
            leaf = (leaf[0], leaf[1], value)
        filled.append(leaf)
    return Domain(filled)
