from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.service_crm.models.crm_stage import PHASE_ORDER, SERVICE_PHASES

from ..tools.values import walk_path, write_grouped

# steps of a work order, in their order
MOVES = {
    "offered": "action_offer",
    "assigned": "action_assign",
    "on_the_way": "action_on_the_way",
    "in_progress": "action_start",
    "done": "action_done",
    "closed": "action_close",
    "cancelled": "action_cancel",
}


class BpmRobot(models.Model):
    """Robot: move a request or a work order; with a trigger, a trigger of a stage.

    The document that moves may be another one than the robot waits for: when a work
    order is done, an invoice paid, a document signed, its request moves.
    """

    _inherit = "bpm.robot"

    move_path = fields.Char(
        "Document to Move",
        help="Field that leads to it, e.g. request_id. Empty: the document itself.",
    )
    move_model_name = fields.Char(compute="_compute_move_model_name")
    move_phase = fields.Selection(SERVICE_PHASES, "To Phase")
    move_stage_id = fields.Many2one("crm.stage", "To Stage", ondelete="restrict")
    move_state = fields.Selection(lambda self: self._get_move_states(), "To State")
    may_move_back = fields.Boolean(
        help="Also a document that has come further than that."
    )

    @api.depends("model_name", "move_path")
    def _compute_move_model_name(self):
        for robot in self:
            robot.move_model_name = robot._get_move_model_name()

    @api.model
    def _get_robot_kinds(self):
        """Adds: moving to a stage or state."""
        kinds = super()._get_robot_kinds()
        return {**kinds, "move": {"name": self.env._("Move to a stage")}}

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        own = ["move_path", "move_phase", "move_stage_id", "move_state"]
        return [*super()._get_guarded_fields(), *own, "may_move_back"]

    @api.model
    def _get_move_states(self):
        """States that work orders are moved to."""
        field = self.env["service.work.order"]._fields["state"]
        return [s for s in field._description_selection(self.env) if s[0] in MOVES]

    def _get_move_model_name(self):
        """The model of the document to be moved; empty when the path is wrong."""
        if not self.move_path or not self.model_name:
            return self.model_name or ""
        try:
            walked = walk_path(self.env[self.model_name], self.move_path)
        except LookupError:
            return ""
        return walked[-1].comodel_name or ""

    def _check_move(self):
        """Requests move to a stage or phase, work orders to a state."""
        moved = self._get_move_model_name()
        if moved == "crm.lead":
            if not self.move_phase and not self.move_stage_id:
                raise UserError(self.env._("Choose the stage or the phase."))
        elif moved == "service.work.order":
            if not self.move_state:
                raise UserError(self.env._("Choose the state."))
        else:
            raise UserError(
                self.env._(
                    "Requests, deals and work orders are moved. For other documents "
                    "change the field of their stage."
                )
            )

    def _describe_move(self):
        """The action in words."""
        if self._get_move_model_name() == "service.work.order":
            place = dict(self._get_move_states()).get(self.move_state)
        else:
            phases = dict(SERVICE_PHASES)
            place = self.move_stage_id.name or phases.get(self.move_phase)
        return self.env._("move to “%(stage)s”", stage=place or "…")

    def _get_move_paths(self):
        """The way to the document that moves."""
        return [self.move_path] if self.move_path else []

    def _run_move(self, records):
        """Move each document, or the one it leads to."""
        moved = records.mapped(self.move_path) if self.move_path else records
        if not moved:
            return dict.fromkeys(records.ids, self.env._("There is nothing to move"))
        if moved._name == "crm.lead":
            names = self._move_requests(moved)
        else:
            names = self._move_visits(moved)
        results = {}
        for record in records:
            own = record.mapped(self.move_path) if self.move_path else record
            results[record.id] = ", ".join(filter(None, map(names.get, own)))
        return results

    def _move_requests(self, requests):
        """Move requests and deals: ``{request: what was done}``."""
        results, values = {}, {}
        for request in requests:
            stage = self.move_stage_id or self._get_phase_stage(request)
            if request.stage_id == stage:
                continue
            if not self.may_move_back and _is_behind(request.stage_id, stage):
                results[request] = self.env._("It is further already")
                continue
            values[request.id] = {"stage_id": stage.id}
            results[request] = stage.name
        write_grouped(requests, values)
        return results

    def _get_phase_stage(self, request):
        """The stage of a phase, of the team of a request."""
        stages = request.env["crm.stage"]
        ids = stages._get_phase_stage_ids()
        stage = stages.browse(ids.get((request.team_id.id, self.move_phase)))
        if not stage:
            raise UserError(
                self.env._(
                    "The team %(team)s has no stage for this phase.",
                    team=request.team_id.name or "–",
                )
            )
        return stage

    def _move_visits(self, visits):
        """Take a step of work orders: ``{work order: what was done}``."""
        order = [*MOVES]
        place = order.index(self.move_state)
        waiting = visits.filtered(
            lambda visit: visit.state not in order or order.index(visit.state) < place
        )
        if waiting:
            getattr(waiting, MOVES[self.move_state])()
        label = dict(self._get_move_states())[self.move_state]
        further = self.env._("It is further already")
        return {visit: label if visit in waiting else further for visit in visits}


def _is_behind(present, stage):
    """Whether a stage lies behind the present one."""
    phases = present.service_phase, stage.service_phase
    if all(phases) and phases[0] != phases[1]:
        return PHASE_ORDER[phases[1]] < PHASE_ORDER[phases[0]]
    return stage.sequence < present.sequence
