from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.chain import Made
from ..tools.values import split_common, write_grouped


class BpmRobot(models.Model):
    """Robot: make a new document, or a copy of the one it runs for."""

    _inherit = "bpm.robot"

    create_model_id = fields.Many2one(
        "ir.model",
        "New Document",
        ondelete="cascade",
        domain=lambda self: self._get_robot_model_domain(),
    )
    create_link_field_id = fields.Many2one(
        "ir.model.fields",
        "Leads Back By",
        ondelete="cascade",
        domain="[('model_id', '=', create_model_id), ('relation', '=', model_name),"
        " ('ttype', 'in', ['many2one', 'many2many'])]",
        help="The field of the new document that is to hold this one.",
    )
    create_result_field_id = fields.Many2one(
        "ir.model.fields",
        "Kept In",
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('relation', '=', value_model_name),"
        " ('ttype', 'in', ['many2one', 'many2many'])]",
        help="The field of this document that is to hold the new one.",
    )
    create_once = fields.Boolean(
        "Only Once",
        default=True,
        help="Nothing is made when what this robot made before is still there.",
    )
    value_model_id = fields.Many2one(
        "ir.model", "Document Set", compute="_compute_value_model_id"
    )
    value_model_name = fields.Char("Model Set", compute="_compute_value_model_id")

    @api.depends("kind", "model_id", "create_model_id")
    def _compute_value_model_id(self):
        for robot in self:
            robot.value_model_id = robot._get_value_model()
            robot.value_model_name = robot.value_model_id.model

    @api.model
    def _get_robot_kinds(self):
        """Adds: making and copying documents."""
        return {
            **super()._get_robot_kinds(),
            "create": {"name": self.env._("Make a document"), "values": True},
            "copy": {"name": self.env._("Copy the document"), "values": True},
        }

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        own = [
            "create_model_id", "create_link_field_id", "create_result_field_id",
            "create_once",
        ]  # fmt: skip
        return [*super()._get_guarded_fields(), *own]

    def _get_value_model(self):
        """The model (``ir.model``) whose fields are set."""
        return self.create_model_id if self.kind == "create" else self.model_id

    def _check_create(self):
        """What is made is a document, and the fields between both fit."""
        if not self.create_model_id:
            raise UserError(self.env._("Choose what kind of document is made."))
        if not self.create_model_id.filtered_domain(self._get_robot_model_domain()):
            raise UserError(
                self.env._(
                    "%(model)s is not made by robots.", model=self.create_model_id.name
                )
            )
        self._check_leads(
            self.create_link_field_id, self.create_model_id, self.model_id
        )
        self._check_copy()

    def _check_copy(self):
        """The field that keeps the new document fits."""
        made = self._get_value_model()
        self._check_leads(self.create_result_field_id, self.model_id, made)

    def _check_leads(self, field, model, comodel):
        """A field that links two documents leads from one to the other."""
        if field and (field.model_id != model or field.relation != comodel.model):
            raise UserError(
                self.env._(
                    "“%(field)s” does not lead from %(model)s to %(comodel)s.",
                    field=field.field_description,
                    model=model.name,
                    comodel=comodel.name,
                )
            )

    def _describe_create(self):
        """The action in words."""
        return self.env._("make %(model)s", model=self.create_model_id.name or "…")

    def _describe_copy(self):
        """The action in words."""
        return self.env._("copy the document")

    def _run_create(self, records):
        """Make one document for each that has none of this robot yet."""
        compiled = self._get_robot_index().robots.get(self.id) or self._compile()
        target = records.env[self.create_model_id.model]
        present = self._get_made(records)
        wanted = records.filtered(lambda record: record.id not in present)
        values = self._get_values(compiled, wanted, target)
        link = self.create_link_field_id
        if link:
            for record in wanted:
                values[record.id][link.name] = _to_link(link, record)
        made = self._make_documents(target, [values[record.id] for record in wanted])
        return present | self._keep_made(wanted, made)

    def _make_documents(self, target, vals_list):
        """Make the documents. Extension point.

        :param target: empty recordset of their model, with the rights of the robot
        :param vals_list: values of each
        """
        return target.create(vals_list)

    def _run_copy(self, records):
        """Copy each document that this robot has not copied yet."""
        compiled = self._get_robot_index().robots.get(self.id) or self._compile()
        present = self._get_made(records)
        wanted = records.filtered(lambda record: record.id not in present)
        values = self._get_values(compiled, wanted, records)
        common, own = split_common(values)
        # commands add to what is copied, all else takes its place
        added = {n: value for n, value in common.items() if isinstance(value, list)}
        made = wanted.copy({n: v for n, v in common.items() if n not in added})
        # what a copy differs by is no change that somebody made
        copies = made.with_context(mail_notrack=True)
        if added:
            copies.write(added)
        write_grouped(
            copies,
            {
                copy.id: own[record.id]
                for record, copy in zip(wanted, made, strict=True)
                if own[record.id]
            },
        )
        return present | self._keep_made(wanted, made)

    def _get_made(self, records):
        """What this robot has made before: ``{record id: what to say}``."""
        if not self.create_once:
            return {}
        # sudo: the journal is the program's
        rows = self.env["bpm.robot.log"].sudo()
        rows = rows.search(
            [
                ("robot_id", "=", self.id),
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("made_id", "!=", False),
            ]
        )
        there = rows.env[self._get_value_model().model].browse(rows.mapped("made_id"))
        kept = set(there.exists()._ids)
        return {
            row.res_id: self.env._("There is one already")
            for row in rows
            if row.made_id in kept
        }

    def _keep_made(self, records, made):
        """Note the new documents on those they were made for."""
        field = self.create_result_field_id
        pairs = list(zip(records, made, strict=True))
        if field:
            links = {record.id: {field.name: _to_link(field, m)} for record, m in pairs}
            write_grouped(records, links)
        # sudo: their names, for the journal
        return {
            record.id: Made(new.display_name, new._name, new.id)
            for record, new in zip(records, made.sudo(), strict=True)
        }


def _to_link(field, record):
    """A record as a linking field takes it."""
    return [Command.link(record.id)] if field.ttype == "many2many" else record.id
