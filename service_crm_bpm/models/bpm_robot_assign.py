from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.assign import share_out
from ..tools.chain import Made


class BpmRobot(models.Model):
    """Robot: give documents to people by a rule."""

    _inherit = "bpm.robot"

    assign_field_id = fields.Many2one(
        "ir.model.fields",
        "Responsible",
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('ttype', '=', 'many2one'),"
        " ('relation', '=', 'res.users'), ('store', '=', True)]",
    )
    assign_mode = fields.Selection(
        [
            ("round", "One after the other"),
            ("least", "Who has the fewest open ones"),
            ("online", "Who is online, the upper in the list"),
        ],
        "By",
        default="round",
    )
    assign_user_ids = fields.Many2many(
        "res.users",
        "bpm_robot_assign_rel",
        string="People",
        domain=[("share", "=", False)],
    )
    assign_group_id = fields.Many2one("res.groups", "Everybody In", ondelete="restrict")
    assign_anew = fields.Boolean(help="Also documents that have a responsible already.")

    @api.model
    def _get_robot_kinds(self):
        """Adds: assigning by a rule."""
        kinds = super()._get_robot_kinds()
        return {**kinds, "assign": {"name": self.env._("Assign by a rule")}}

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        own = [
            "assign_field_id", "assign_mode", "assign_user_ids", "assign_group_id",
            "assign_anew",
        ]  # fmt: skip
        return [*super()._get_guarded_fields(), *own]

    def _check_assign(self):
        """There is a field, and people to choose from."""
        field = self.assign_field_id
        if field.model_id != self.model_id or field.relation != "res.users":
            raise UserError(self.env._("Choose the field of the responsible."))
        if not self.assign_user_ids and not self.assign_group_id:
            raise UserError(self.env._("Choose the people, or a group."))

    def _describe_assign(self):
        """The action in words."""
        return self.env._(
            "assign %(field)s: %(mode)s",
            field=self.assign_field_id.field_description or "…",
            mode=dict(self._fields["assign_mode"]._description_selection(self.env)).get(
                self.assign_mode, ""
            ),
        )

    def _get_assign_paths(self):
        """The field of the responsible, which may be taken already."""
        return [self.assign_field_id.name]

    def _run_assign(self, records):
        """Share the documents out that have no responsible yet."""
        name = self.assign_field_id.name
        wanted = records.filtered(lambda r: self.assign_anew or not r[name])
        people = self._get_assignees(records)
        if not people:
            raise UserError(self.env._("There is nobody to assign it to."))
        shared = share_out(
            wanted.ids,
            people.ids,
            self.assign_mode,
            loads=self._get_loads(records, name, people),
            last_id=self._get_last_assignee(),
            online=self._get_online(people),
        )
        results = {}
        for user in people:
            own = wanted.filtered(lambda r, user=user: shared[r.id] == user.id)
            if own:
                own.write({name: user.id})
            made = Made(user.name, "res.users", user.id)
            results.update(dict.fromkeys(own.ids, made))
        return results

    def _get_assignees(self, records):
        """The people to choose from, of the company of the documents."""
        people = self.assign_user_ids | self.assign_group_id.all_user_ids.sorted()
        company = records.env.company
        return people.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )

    def _get_loads(self, records, name, people):
        """How many open documents each has: ``{user id: count}``."""
        if self.assign_mode != "least":
            return {}
        domain = Domain(name, "in", people.ids) & self._get_load_domain(records)
        # sudo: the load of a person includes what the robot's user cannot see
        groups = records.sudo()._read_group(domain, [name], ["__count"])
        return {user.id: count for user, count in groups}

    @api.model
    def _get_load_domain(self, records):
        """Which documents count as work to be done. Extension point."""
        if records._name == "crm.lead":
            return Domain("won_status", "=", "pending")
        return Domain.TRUE

    def _get_last_assignee(self):
        """Who was assigned last by this robot."""
        if self.assign_mode != "round":
            return 0
        # sudo: the journal is the program's
        rows = self.env["bpm.robot.log"].sudo()
        return rows.search(
            [("robot_id", "=", self.id), ("made_id", "!=", False)],
            order="id desc",
            limit=1,
        ).made_id

    def _get_online(self, people):
        """Ids of those who are online."""
        if self.assign_mode != "online":
            return ()
        return set(people._get_online().ids)
