from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.assignment import pick_least
from ..tools.duration import describe_hours
from ..tools.locks import take_turns
from .service_request_stay import SERVICE_LINES


class CrmLead(models.Model):
    """Service request: the line that works on it, from the first to the second and
    back, and the time each of them took."""

    _inherit = "crm.lead"

    service_line = fields.Selection(
        SERVICE_LINES,
        "Support Line",
        default="1",
        copy=False,
        readonly=True,
        tracking=True,
        help="The first line takes requests; what it cannot solve goes to the second.",
    )
    service_escalated_at = fields.Datetime("Passed On At", copy=False, readonly=True)
    service_stay_ids = fields.One2many(
        "service.request.stay", "request_id", "Time per Line"
    )
    service_line_time = fields.Char(
        "Working Time per Line", compute="_compute_service_line_time"
    )

    @api.depends("service_stay_ids.date_to", "service_stay_ids.hours")
    @api.depends_context("lang")
    def _compute_service_line_time(self):
        # Who reads the request may know how long each line took.
        for lead, stays in ((lead, lead.sudo().service_stay_ids) for lead in self):
            names = dict(stays._fields["line"]._description_selection(self.env))
            lead.service_line_time = ", ".join(
                self.env._(
                    "%(line)s %(time)s",
                    line=names[line],
                    time=describe_hours(self.env, sum(rows.mapped("hours_until_now"))),
                )
                for line, rows in stays.grouped("line").items()
            )

    # Steps

    def action_escalate(self):
        """Ask for the reason, then pass the requests to the next line."""
        return self._open_line_change("up")

    def action_return_line(self):
        """Ask for the reason, then give the requests back to the line before."""
        return self._open_line_change("back")

    def _open_line_change(self, direction):
        self._check_may_change_line(direction)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pass to the Next Line")
            if direction == "up"
            else self.env._("Give Back"),
            "res_model": "service.request.escalation",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_request_ids": self.ids,
                "default_direction": direction,
            },
        }

    def _check_may_change_line(self, direction):
        """Whoever works on open requests may pass them on."""
        self._check_service_role("operator", "manager", "dispatcher")
        self.check_access("write")
        last = SERVICE_LINES[-1][0]
        for lead in self:
            if not lead.is_service or not lead.active or lead.service_phase == "done":
                raise UserError(
                    self.env._(
                        "%(request)s is finished: no line works on it.",
                        request=lead.display_name,
                    )
                )
            line = lead.service_line or "1"
            if direction == "up" and line == last:
                raise UserError(
                    self.env._(
                        "%(request)s is on the last line already.",
                        request=lead.display_name,
                    )
                )
            if direction == "back" and line == "1":
                raise UserError(
                    self.env._(
                        "%(request)s is on the first line already.",
                        request=lead.display_name,
                    )
                )

    def _action_change_line(self, direction, reason, team=None, user=None):
        """Pass requests to the next line, or back to the one before.

        :param team: the team that goes on; without one the same, or back to the one
            that had the request
        :param user: who goes on; without one whoever of the line has the least to do
        """
        self._check_may_change_line(direction)
        take_turns(self)  # the second of two presses finds the line changed
        self._check_may_change_line(direction)
        now = fields.Datetime.now()
        # The log of lines and the team's stage are the system's; who may was checked.
        leads = self.sudo()
        leads._begin_stays()
        leads.service_stay_ids.filtered(lambda stay: not stay.date_to)._close(now)
        stays = self.env["service.request.stay"].sudo()  # as above
        vals_list = []
        for lead in leads:
            step = 1 if direction == "up" else -1
            line = str(int(lead.service_line or "1") + step)
            before = lead._get_stay_before(line) if direction == "back" else stays
            new_team = team or before.team_id or lead.team_id
            person = user or before.user_id or lead._get_line_person(new_team, line)
            lead.write(lead._prepare_line_values(line, new_team, person, now))
            vals_list.append(lead._prepare_stay_values(now, reason))
            lead._message_log(body=lead._get_line_note(direction, person, reason))
        stays.create(vals_list)
        return True

    def _prepare_line_values(self, line, team, person, moment):
        """What is written when a line takes the request. Extension point."""
        self.ensure_one()
        values = {
            "service_escalated_at": moment,
            "service_line": line,
            "operator_id": person.id,
        }
        if team != self.team_id:
            stage = self._get_phase_stages(self.service_phase, team).get(team)
            values |= {
                "team_id": team.id,
                "stage_id": (stage or self._raise_team_without_stage(team)).id,
            }
        return values

    def _raise_team_without_stage(self, team):
        raise UserError(
            self.env._(
                "The team %(team)s has no stage like “%(stage)s”. Choose another team, "
                "or have its stages completed.",
                team=team.name,
                stage=self.stage_id.name,
            )
        )

    def _prepare_stay_values(self, moment, reason=False):
        """The row of a stay that begins."""
        self.ensure_one()
        return {
            "request_id": self.id,
            "line": self.service_line or "1",
            "team_id": self.team_id.id,
            "user_id": self.operator_id.id,
            "date_from": moment,
            "reason": reason,
            "moved_by_id": self.env.uid,
        }

    def _begin_stays(self):
        """The first line had the request since it came in."""
        self.env["service.request.stay"].create(
            [
                lead._prepare_stay_values(lead.create_date)
                for lead in self
                if not lead.service_stay_ids
            ]
        )

    def _get_stay_before(self, line):
        """The last time the request was on a line."""
        return self.service_stay_ids.filtered(lambda stay: stay.line == line)[-1:]

    def _get_line_person(self, team, line):
        """Who of a line gets the request: the least to do; nobody where none is named,
        then it waits for whoever takes it."""
        self.ensure_one()
        people = team.second_line_ids if line != "1" else team.member_ids
        people = people.filtered(
            lambda user: user.active and user._has_service_role("operator")
        )
        if line == "1":
            people -= team.second_line_ids
        if not people:
            return people
        return pick_least(self._get_role_loads("operator_id"), people)

    def _get_line_note(self, direction, person, reason):
        """What stands in the chatter."""
        self.ensure_one()
        lines = dict(self._fields["service_line"]._description_selection(self.env))
        words = {
            "line": lines[self.service_line],
            "whom": ", ".join(filter(None, (self.team_id.name, person.name))),
            "reason": reason,
        }
        if direction == "up":
            return self.env._("Passed to: %(line)s, %(whom)s. Why: %(reason)s", **words)
        return self.env._("Given back to: %(line)s, %(whom)s. Why: %(reason)s", **words)

    # The clock stops when the request is finished

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals:
            escalated = self.filtered("service_escalated_at")
            (escalated._continue_stays if vals["active"] else escalated._end_stays)()
        return result

    def _end_stays(self):
        """Finished: no line works on the requests any more."""
        # Whoever finishes a request need not read the log of lines.
        stays = self.sudo().service_stay_ids
        stays.filtered(lambda stay: not stay.date_to)._close(fields.Datetime.now())

    def _continue_stays(self):
        """Opened again: the line that had the requests goes on."""
        # as in _end_stays()
        leads = self.sudo().filtered(
            lambda lead: (
                lead.active
                and lead.service_phase != "done"
                and lead.service_stay_ids
                and all(lead.service_stay_ids.mapped("date_to"))
            )
        )
        now = fields.Datetime.now()
        leads.service_stay_ids.create(
            [
                lead._prepare_stay_values(now, self.env._("Opened again"))
                for lead in leads
            ]
        )

    @api.model
    def _get_service_entry_fields(self):
        """Passing a request to another line is logged."""
        return (*super()._get_service_entry_fields(), "service_line")

    def _get_service_entry_records(self, field_name):
        """The first line is where a request starts, not something it enters."""
        records = super()._get_service_entry_records(field_name)
        if field_name == "service_line":
            return records.filtered("service_escalated_at")
        return records

    def _get_role_people(self, role, named, book):
        """Rules give requests to the first line; the second gets them from it."""
        people = super()._get_role_people(role, named, book)
        if role == "operator" and not named:
            return people - self.team_id.second_line_ids or people
        return people
