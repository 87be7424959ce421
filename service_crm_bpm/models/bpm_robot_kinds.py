from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.chain import Made
from ..tools.values import parse_text, to_html


class BpmRobot(models.Model):
    """Robot: what each kind of action does."""

    _inherit = "bpm.robot"

    @api.model
    def _get_robot_kinds(self):
        """Kinds of actions: ``{key: {"name": label, "merges": bool}}``.

        Registry and extension point. A kind is one entry here and one method on
        ``bpm.robot``, called on one robot (sudo, in the environment of the user it
        runs as) with the records (that user's own rights) of the whole batch:

        - ``_run_<key>(records)`` does it, with a constant number of queries, and may
          return ``{record id: what was done}``, a text or a ``Made``;
        - with ``"merges": True`` instead ``_prepare_<key>_values(records)`` returns
          ``{record id: values to write}``; the values of all such robots of one entry
          are collected and written at once.

        A kind with ``"reaches_out": True`` may do what no rollback takes back; it is
        described, not run, when a robot is tried out; one with ``"values": True`` takes
        values from the lines of the robot.

        Optional: ``_check_<key>()`` raises a ``UserError`` when the robot could not
        run, ``_describe_<key>()`` is the action in words, and ``_get_<key>_paths()``
        the fields it reads. Fields of the kind are added to
        :meth:`_get_guarded_fields`. What raises for one record stops neither the others
        nor the user's save: it is kept in the journal.
        """
        return {
            "fields": {"name": self.env._("Change fields"), "merges": True},
            "activity": {"name": self.env._("Make a to-do")},
            "mail": {"name": self.env._("Send an e-mail")},
            "note": {"name": self.env._("Write a note")},
            "server": {
                "name": self.env._("Run a server action"),
                "reaches_out": True,
            },
        }

    # --- change fields ---

    def _check_fields(self):
        """Changing fields needs fields."""
        if not self.value_ids:
            raise UserError(self.env._("Choose at least one field to change."))

    def _describe_fields(self):
        """The action in words."""
        return self.env._(
            "set %(fields)s",
            fields=", ".join(
                f"{line.field_id.field_description} = {line.description}"
                for line in self.value_ids
            )
            or "…",
        )

    def _prepare_fields_values(self, records):
        """Fixed values, and those read from each record."""
        compiled = self._get_robot_index().robots.get(self.id) or self._compile()
        return self._get_values(compiled, records, records)

    def _get_values(self, compiled, records, target):
        """``{record id: values}`` by the lines of the robot.

        :param target: any recordset of the model that is written
        """
        line = self.env["bpm.robot.value"]
        fixed = {
            v.field_name: v.content for v in compiled.values if v.source == "value"
        }
        varying = [v for v in compiled.values if v.source != "value"]
        return {
            record.id: {
                **fixed,
                **{v.field_name: line._get_content(record, v, target) for v in varying},
            }
            for record in records
        }

    # --- make a to-do ---

    def _check_activity(self):
        """A to-do has a type, and a person the document can lead to."""
        if not self.todo_type_id:
            raise UserError(self.env._("Choose the type of the to-do."))
        self._check_todo_target()
        self._check_person()

    def _describe_activity(self):
        """The action in words."""
        return self.env._(
            "to-do “%(title)s” for %(person)s",
            title=self._describe_text(self.todo_summary) or self.todo_type_id.name,
            person=self._describe_person(),
        )

    def _get_activity_paths(self):
        """Fields the texts of the to-do and its person are read from."""
        paths = [*self._get_text_paths(), *self._get_person_paths()]
        return [*paths, self.todo_path] if self.todo_path else paths

    def _run_activity(self, records):
        """Make one to-do for each document."""
        users = self._get_people(records)
        summary, note = parse_text(self.todo_summary), parse_text(self.text)
        deadline = fields.Date.context_today(self) + timedelta(days=self.todo_days)
        targets = self._get_todo_targets(records)
        open_ = self._get_open_todos(targets)
        model_id = self.env["ir.model"]._get_id(next(iter(targets.values()))._name)
        vals_list, places, results = [], [], {}
        for record in records:
            target, user = targets[record.id], users[record.id]
            if (target.id, user.id) in open_:
                results[record.id] = self.env._("There is one already")
                continue
            if self.todo_once:
                open_.add((target.id, user.id))
            places.append(record)
            vals_list.append(
                {
                    "res_model_id": model_id,
                    "res_id": target.id,
                    "activity_type_id": self.todo_type_id.id,
                    "summary": summary.render(record),
                    "note": to_html(note, record),
                    "date_deadline": deadline,
                    "user_id": user.id,
                    "automated": True,
                }
            )
        # One mail per to-do costs more than all else; the person sees it in Odoo.
        activities = records.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        made = activities.create(vals_list)
        for record, activity in zip(places, made, strict=True):
            name = users[record.id].name
            results[record.id] = Made(name, "mail.activity", activity.id)
        return results

    # --- send an e-mail ---

    def _check_mail(self):
        """The template is one for these documents."""
        if not self.template_id:
            raise UserError(self.env._("Choose the e-mail template."))
        if self.template_id.model != self.model_name:
            raise UserError(
                self.env._(
                    "The template “%(template)s” is made for other documents.",
                    template=self.template_id.name,
                )
            )

    def _describe_mail(self):
        """The action in words."""
        return self.env._("send “%(template)s”", template=self.template_id.name)

    def _run_mail(self, records):
        """Put one mail for each document into the queue."""
        template = self.template_id.with_env(records.env)
        mails = template.send_mail_batch(records.ids)
        unsendable = mails.filtered(
            lambda mail: (
                not mail.email_to and not any(mail.recipient_ids.mapped("email"))
            )
        )
        if unsendable:
            raise UserError(
                self.env._("Nobody to write to: the recipient has no e-mail address.")
            )
        return {
            mail.res_id: ", ".join(
                filter(None, [mail.email_to, *mail.recipient_ids.mapped("email")])
            )
            for mail in mails
        }

    # --- write a note ---

    def _check_note(self):
        """The note has a text, the documents a chatter."""
        if not (self.text or "").strip():
            raise UserError(self.env._("Write the text of the note."))
        if not hasattr(self.env[self.model_name], "_message_log_batch"):
            raise UserError(
                self.env._("%(model)s has no messages.", model=self.model_id.name)
            )

    def _describe_note(self):
        """The action in words."""
        return self.env._("write “%(text)s”", text=self._describe_short_text())

    def _get_note_paths(self):
        """Fields the text of the note is read from."""
        return parse_text(self.text).paths

    def _run_note(self, records):
        """Write the text into the chatter of each document."""
        records.check_access("write")  # _message_log_batch checks nothing
        text = parse_text(self.text)
        records._message_log_batch(
            {record.id: to_html(text, record) for record in records}
        )

    # --- run a server action ---

    def _check_server(self):
        """The server action is one for these documents."""
        action = self.sudo().action_id  # only system administrators see it
        if not action:
            raise UserError(self.env._("Choose the server action."))
        if action.model_name != self.model_name:
            raise UserError(
                self.env._(
                    "The server action “%(action)s” is made for other documents.",
                    action=action.name,
                )
            )

    def _describe_server(self):
        """The action in words."""
        action = self.sudo().action_id  # only its name is shown
        return self.env._("run “%(action)s”", action=action.name)

    def _run_server(self, records):
        # As a user would press it: Odoo checks the rights of the robot's user on the
        # records and the groups of the action.
        """Run the server action on the whole batch."""
        action = self.action_id.with_env(records.env).with_context(
            active_model=records._name, active_ids=records.ids, active_id=records[:1].id
        )
        action.run()
