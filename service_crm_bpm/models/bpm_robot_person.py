from textwrap import shorten

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.values import parse_text, read_path, walk_path


class BpmRobot(models.Model):
    """Robot: the person and the texts that several kinds of actions share."""

    _inherit = "bpm.robot"

    todo_path = fields.Char(
        "On Document",
        help="Field that leads to the document the to-do is about, e.g. partner_id. "
        "Empty: the document itself.",
    )
    todo_once = fields.Boolean(
        "Only One at a Time",
        help="No second to-do of this type while the person has one there already.",
    )

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        return [*super()._get_guarded_fields(), "todo_path", "todo_once"]

    def _check_todo_target(self):
        """The document that gets the to-do can have one."""
        model = self.env[self.model_name]
        if self.todo_path:
            self._check_paths([self.todo_path])
            model = self.env.get(walk_path(model, self.todo_path)[-1].comodel_name)
        if not hasattr(model, "activity_ids"):
            raise UserError(
                self.env._("%(model)s cannot have to-dos.", model=self.model_id.name)
            )

    def _get_todo_targets(self, records):
        """The document that gets the to-do: ``{record id: document}``."""
        if not self.todo_path:
            return {record.id: record for record in records}
        targets = {record.id: record.mapped(self.todo_path)[:1] for record in records}
        if not all(targets.values()):
            raise UserError(
                self.env._(
                    "“%(path)s” is empty: there is nothing the to-do could be about.",
                    path=self._describe_path(self.todo_path),
                )
            )
        return targets

    def _get_open_todos(self, targets):
        """Who has such a to-do already: ``{(document id, user id), …}``."""
        if not self.todo_once:
            return set()
        documents = next(iter(targets.values())).union(*targets.values())
        # sudo: a to-do of another person counts as well
        todos = self.env["mail.activity"].sudo()
        todos = todos.search(
            [
                ("res_model", "=", documents._name),
                ("res_id", "in", documents.ids),
                ("activity_type_id", "=", self.todo_type_id.id),
            ]
        )
        return {(todo.res_id, todo.user_id.id) for todo in todos}

    def _check_person(self, allowed=("res.users",)):
        """There is a person, fixed or one the document can lead to.

        :param allowed: what a path to the person may end at
        """
        if self.todo_user_type == "user":
            if not self.todo_user_id:
                raise UserError(self.env._("Choose the person it is for."))
            return
        if not self.todo_user_path:
            raise UserError(self.env._("Choose the person on the document."))
        self._check_paths([self.todo_user_path])
        last = walk_path(self.env[self.model_name], self.todo_user_path)[-1]
        if last.comodel_name not in allowed:
            raise UserError(
                self.env._(
                    "“%(field)s” is not a person who could be told.",
                    field=last._description_string(self.env),
                )
            )

    def _describe_person(self):
        """The person in words."""
        if self.todo_user_type == "path" and self.todo_user_path:
            return self._describe_path(self.todo_user_path)
        return self.todo_user_id.name or "…"

    def _get_person_paths(self):
        """The field the person is read from."""
        return [self.todo_user_path] if self.todo_user_type == "path" else []

    def _get_text_paths(self):
        """Fields the title and the text are read from."""
        return [*parse_text(self.todo_summary).paths, *parse_text(self.text).paths]

    def _get_people(self, records):
        """The person of each record: ``{record id: user or contact}``.

        :raise UserError: when a document names nobody
        """
        people = {record.id: self._get_person(record) for record in records}
        if nobody := [record for record in records if not people[record.id]]:
            raise UserError(
                self.env._(
                    "“%(person)s” is empty: there is nobody it could be for.",
                    person=self._describe_path(self.todo_user_path),
                )
                if len(records) == 1
                else str(len(nobody))  # halved until the culprit is alone
            )
        return people

    def _get_person(self, record):
        """The person of one record; nobody when its field is empty."""
        if self.todo_user_type == "user":
            return self.todo_user_id
        _holders, _field, person = read_path(record, self.todo_user_path)
        return person[:1] if person else self.todo_user_id

    def _describe_short_text(self):
        """The beginning of the text, in one line."""
        text = self._describe_text(self.text).strip().replace("\n", " ")
        return shorten(text, 60, placeholder="…")
