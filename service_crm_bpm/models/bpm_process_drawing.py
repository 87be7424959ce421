from odoo import api, fields, models

from ..tools.drawing import get_drawing


class BpmProcess(models.Model):
    """Process: its drawing."""

    _inherit = "bpm.process"

    # what static/src/process_drawing makes SVG of; see tools/drawing.py
    drawing = fields.Json(compute="_compute_drawing")

    @api.depends(
        "lane_ids.name",
        "lane_ids.sequence",
        "stage_ids.name",
        "stage_ids.kind",
        "stage_ids.sequence",
        "stage_ids.lane_id",
        "transition_ids.name",
        "transition_ids.sequence",
        "transition_ids.source_id",
        "transition_ids.target_id",
        "stage_ids.outgoing_ids.name",
        "stage_ids.outgoing_ids.target_id",
    )
    @api.depends_context("lang")
    def _compute_drawing(self):
        for process in self:
            process.drawing = process._get_drawing()

    @api.onchange("stage_ids")
    def _onchange_stage_ids(self):
        """A way goes with the stage it comes from or leads to."""
        stages = {_get_key(stage) for stage in self.stage_ids}
        self.transition_ids = self.transition_ids.filtered(
            lambda way: {_get_key(way.source_id), _get_key(way.target_id)} <= stages
        )

    def _get_drawing(self):
        """The drawing of one version, saved or in a form."""
        return get_drawing(
            self._get_drawn_stages(), self._get_drawn_ways(), self._get_drawn_lanes()
        )

    def _get_drawn_lanes(self):
        """Lanes as ``get_drawing()`` takes them."""
        return [
            {"id": _get_key(lane), "name": lane.name or ""}
            for lane in self.lane_ids.sorted("sequence")
        ]

    def _get_drawn_stages(self):
        """Stages as ``get_drawing()`` takes them, in order."""
        kinds = self.env["bpm.stage"]._get_stage_kinds()
        return [
            {
                "id": _get_key(stage),
                "name": stage.name or "",
                "kind": stage.kind,
                "kind_name": kinds.get(stage.kind, {}).get("name", ""),
                "shape": kinds.get(stage.kind, {}).get("shape", "box"),
                "lane": _get_key(stage.lane_id),
            }
            for stage in self.stage_ids.sorted("sequence")
        ]

    def _get_drawn_ways(self):
        """Ways as ``get_drawing()`` takes them."""
        return [
            {
                "id": _get_key(way),
                "source": _get_key(way.source_id),
                "target": _get_key(way.target_id),
                "name": way.name or "",
            }
            for way in self._get_present_ways().sorted("sequence")
        ]

    def _get_present_ways(self):
        """The ways as they stand in a form, where they are edited at two places: in
        the list of all of them, and as the ways out of a stage."""
        added = self.stage_ids.outgoing_ids.filtered(lambda way: not way._origin)
        return (self.transition_ids | added).filtered(
            lambda way: way.source_id and way.target_id
        )


def _get_key(record):
    """The id as text; of a new row of a form, what the form calls it."""
    if not record:
        return False
    return str(record._origin.id or record.id.ref)
