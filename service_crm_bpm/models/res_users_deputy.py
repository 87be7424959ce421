from odoo import api, fields, models
from odoo.exceptions import ValidationError

# What is asked about people who may be responsible; their other columns are many.
PERSON_FIELDS = ("active", "deputy_id", "is_out_of_office", "partner_id", "share")


class ResUsers(models.Model):
    """User: who acts for whom while somebody is away."""

    _inherit = "res.users"

    deputy_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False), ('id', '!=', id)]",
        help="Gets your stages of processes while you are out of office or on leave.",
    )

    @api.constrains("deputy_id")
    def _check_deputy(self):
        """A deputy is another employee."""
        for user in self:
            if user.deputy_id == user:
                raise ValidationError(self.env._("Choose somebody else as deputy."))
            if user.deputy_id.share:
                raise ValidationError(self.env._("A deputy is one of the employees."))

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "deputy_id"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "deputy_id"]

    def _get_absent(self):
        """Those of ``self`` who are away now: out of office, or on leave."""
        # sudo: that somebody is away is no secret; the reason stays one
        users = self.sudo()
        users.fetch(PERSON_FIELDS)
        now = fields.Datetime.now()
        leaves = users.env["resource.calendar.leaves"].search(
            [
                ("resource_id.user_id", "in", users.ids),
                ("date_from", "<=", now),
                ("date_to", ">=", now),
                ("time_type", "=", "leave"),
            ]
        )
        on_leave = leaves.resource_id.user_id
        has_leaves = "hr.leave" in users.env  # leaves of employees show there
        absent = users.filtered(
            lambda user: (
                user in on_leave
                or user.is_out_of_office
                or (has_leaves and (user.im_status or "").startswith("leave"))
            )
        )
        return self.browse(absent.ids)

    def _get_online(self):
        """Those of ``self`` who are at their screens."""
        # sudo: who is online is seen by every employee
        states = ("online", "busy")
        return self.browse(self.sudo().filtered(lambda u: u.im_status in states).ids)

    def _get_acting(self):
        """Who acts for each of these users at the moment: itself, or a deputy.

        :return: ``{user: user}``
        """
        # sudo: who stands in for whom is asked by whoever moves a run
        known, absent, layer = self.browse(), self.browse(), self
        while layer:
            known |= layer
            away = layer._get_absent()
            absent |= away
            layer = self.browse(away.sudo().deputy_id.ids) - known  # sudo: as above
        acting = {}
        for user in self:
            stand_in, passed = user, self.browse()
            # sudo: as above
            while stand_in in absent - passed and stand_in.sudo().deputy_id.active:
                passed |= stand_in
                stand_in = self.browse(stand_in.sudo().deputy_id.id)  # sudo: as above
            acting[user] = user if stand_in in absent else stand_in
        return acting

    def _get_represented(self):
        """Whom these users act for at the moment, without themselves."""
        found, layer = self.browse(), self
        while layer:
            # sudo: see _get_absent()
            layer = self.sudo().search([("deputy_id", "in", layer.ids)]) - found - self
            found |= layer
        acting = self.browse(found.ids)._get_acting()
        return self.browse(user.id for user, other in acting.items() if other in self)

    def _get_superiors(self):
        """The manager of each user: of the employee, else the leader of the team.

        :return: ``{user: user}``, the latter may be empty
        """
        superiors = {}
        for user in self.sudo():  # who leads whom is no secret
            superior = self.browse()
            if "employee_id" in user:
                superior = user.employee_id.parent_id.user_id
            if not superior:
                leaders = user.crm_team_ids.user_id - user
                superior = leaders[:1]
            superiors[self.browse(user.id)] = self.browse(superior.id)
        return superiors
