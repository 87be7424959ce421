from textwrap import shorten

from odoo import models
from odoo.exceptions import UserError

from ..tools.values import parse_text, read_path, walk_path


class BpmRobot(models.Model):
    """Robot: the person and the texts that several kinds of actions share."""

    _inherit = "bpm.robot"

    def _check_person(self, models_=("res.users",)):
        """There is a person, fixed or one the document can lead to.

        :param models_: what a path to the person may end at
        """
        if self.todo_user_type == "user":
            if not self.todo_user_id:
                raise UserError(self.env._("Choose the person it is for."))
            return
        if not self.todo_user_path:
            raise UserError(self.env._("Choose the person on the document."))
        self._check_paths([self.todo_user_path])
        last = walk_path(self.env[self.model_name], self.todo_user_path)[-1]
        if last.comodel_name not in models_:
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
