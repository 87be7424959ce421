from odoo import models

from ..tools.values import read_path


class BpmResponsible(models.Model):
    """Line of responsible people: whom it means on a document.

    A kind is a method ``_get_<kind>_users(tokens, records)``: ``{token: users}``.
    """

    _inherit = "bpm.responsible"

    def _get_users(self, tokens, records):
        """Whom the line means, in order.

        :param records: ``{token: document}`` with the rights of the process; empty when
            no line of the stage has a path
        :return: ``{token: users}`` (sudo)
        """
        return getattr(self, f"_get_{self.kind}_users")(tokens, records)

    def _get_user_users(self, tokens, records):
        return dict.fromkeys(tokens, self.user_id)

    def _get_group_users(self, tokens, records):
        return dict.fromkeys(tokens, self.group_id.all_user_ids.sorted("id"))

    def _get_path_users(self, tokens, records):
        return {token: self._read_users(records.get(token)) for token in tokens}

    def _get_manager_users(self, tokens, records):
        people = self._get_path_users(tokens, records)
        superiors = self.env["res.users"].union(*people.values())._get_superiors()
        return {
            token: users.union(*(superiors[user] for user in users)) - users
            for token, users in people.items()
        }

    def _get_initiator_users(self, tokens, records):
        return {token: token.instance_id.user_id for token in tokens}

    def _get_previous_users(self, tokens, records):
        """Who did the stage before; of tokens that are still before: who does it."""
        here = tokens.filtered(lambda token: token.stage_id == self.stage_id)
        found = {token: token.user_id for token in tokens - here}
        last = here._get_last_users()
        return found | {token: last.get(token.instance_id.id) for token in here}

    def _read_users(self, record):
        """The users at the end of the path: themselves, or of a performer, …"""
        users = self.env["res.users"]
        if not record or not self.path:
            return users
        _holders, _field, value = read_path(record, self.path.strip())
        if not isinstance(value, models.BaseModel):
            return users
        # sudo: who may read the document sees only names of these people
        value = value.sudo()
        if value._name == "res.partner":
            value = value.user_ids.filtered(lambda user: not user.share)
        elif value._name != users._name:
            value = value.user_id if "user_id" in value else users
        return users.browse(value.ids)
