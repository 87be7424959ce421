from odoo import api, fields, models


class BpmInstance(models.Model):
    """Process run: the drawing of its process with the places it stands on."""

    _inherit = "bpm.instance"

    # who may read a run sees where it stands: compute_sudo for its stages
    drawing = fields.Json(compute="_compute_drawing", compute_sudo=True)

    @api.depends("process_id", "token_ids.state", "token_ids.user_id")
    @api.depends_context("lang")
    def _compute_drawing(self):
        for process, runs in self.grouped("process_id").items():
            drawing = process._get_drawing() if process else False
            for run in runs:
                run.drawing = drawing and {**drawing, **run._get_drawn_run()}

    def _get_drawn_run(self):
        """Where this run stands and has been: ``places`` by stage, ``visited`` ways."""
        open_states = self.env["bpm.token"]._get_open_states()
        places = {}
        for token in self.token_ids.sorted("id"):
            place = places.setdefault(str(token.stage_id.id), {"visits": 0})
            place["visits"] += 1
            if place.get("is_open") and token.state not in open_states:
                continue
            place.update(
                state=token.state,
                is_open=token.state in open_states,
                user=token.user_id.name or "",
                since=fields.Datetime.to_string(token.date_done or token.date_enter),
                result=token.result_id.name or "",
            )
        visited = self.token_ids.transition_id | self.token_ids.result_id
        return {
            "places": places,
            "visited": [str(way.id) for way in visited.sorted("id")],
        }
