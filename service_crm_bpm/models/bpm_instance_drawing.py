from odoo import api, fields, models


class BpmInstance(models.Model):
    """Process run: the drawing of its process with the places it stands on."""

    _inherit = "bpm.instance"

    # who may read a run sees where it stands: compute_sudo for its stages
    drawing = fields.Json(compute="_compute_drawing", compute_sudo=True)

    @api.depends("process_id", "token_ids.state", "token_ids.user_id")
    @api.depends_context("lang", "tz")
    def _compute_drawing(self):
        for process, runs in self.grouped("process_id").items():
            drawing = process._get_drawing() if process else False
            for run in runs:
                run.drawing = drawing and {**drawing, **run._get_drawn_run()}

    def _get_drawn_run(self):
        """Where a run stands and has been, for its drawing.

        :return: ``{"places": {stage: {"state", "is_open", "texts"}}, "visited": ways}``
        """
        places = {}
        for token in self.token_ids.sorted("id"):
            key = str(token.stage_id.id)
            is_open = token.state in token._get_open_states()
            if is_open or not places.get(key, {}).get("is_open"):
                places[key] = {
                    "state": token.state,
                    "is_open": is_open,
                    "texts": token._get_drawn_texts(),
                }
        visited = self.token_ids.transition_id.sorted("id")
        return {"places": places, "visited": [str(way.id) for way in visited]}
