from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.values import parse_text, to_html


class BpmRobot(models.Model):
    """Robot: notify a person; one message per person, sender and batch."""

    _inherit = "bpm.robot"

    notify_from = fields.Selection(
        [
            ("author", "Author of the document"),
            ("actor", "Who caused it"),
            ("identity", "Who the robot runs as"),
            ("company", "The company"),
        ],
        "Sender",
        default="author",
    )

    @api.model
    def _get_robot_kinds(self):
        """Adds: telling a person."""
        kinds = super()._get_robot_kinds()
        return {**kinds, "notify": {"name": self.env._("Notify a person")}}

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        return [*super()._get_guarded_fields(), "notify_from"]

    def _check_notify(self):
        """There is a text, and somebody to read it."""
        if not (self.text or "").strip():
            raise UserError(self.env._("Write the text of the message."))
        self._check_person(("res.users", "res.partner"))

    def _describe_notify(self):
        """The action in words."""
        return self.env._(
            "tell %(person)s “%(text)s”",
            person=self._describe_person(),
            text=self._describe_short_text(),
        )

    def _get_notify_paths(self):
        """Fields of the text and of its reader."""
        paths = [*self._get_text_paths(), *self._get_person_paths()]
        return [*paths, "create_uid"] if self.notify_from == "author" else paths

    def _run_notify(self, records):
        """Tell each person once of all the documents he should know of."""
        people = self._get_people(records)
        groups = defaultdict(list)
        for record in records:
            person = people[record.id]
            partner = person.partner_id if person._name == "res.users" else person
            groups[partner, self._get_notify_sender(record)].append(record)
        for (partner, sender), told in groups.items():
            self._notify_person(partner, sender, told)
        return {record.id: people[record.id].display_name for record in records}

    def _get_notify_sender(self, record):
        """The contact a message is from."""
        if self.notify_from == "author":
            # sudo: the name of who made the document, the sender of a message
            return record.sudo().create_uid.partner_id
        if self.notify_from == "actor":
            entry = self._get_entry(record)
            return (entry.user_id if entry else self.env.user).partner_id
        if self.notify_from == "company":
            company = record.company_id if "company_id" in record else None
            return (company or self.env.company).partner_id
        return self.user_id.partner_id

    def _notify_person(self, partner, sender, records):
        """One message to one person, about one document or several."""
        title, text = parse_text(self.todo_summary), parse_text(self.text)
        first = records[0]
        if len(records) == 1:
            body = to_html(text, first)
            target = {"model": first._name, "res_id": first.id}
        else:
            body = Markup("").join(
                Markup("<p>%s<br/>%s</p>")
                % (record._get_html_link(), to_html(text, record))
                for record in records
            )
            target = {}
        first.env["mail.thread"].message_notify(
            body=body,
            subject=title.render(first) or first.display_name,
            # sudo: the sender's address, of an employee or of the company
            author_id=sender.sudo().id,
            email_from=sender.sudo().email_formatted or None,
            partner_ids=partner.ids,
            **target,
        )
