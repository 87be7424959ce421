from odoo import models


class BpmToken(models.Model):
    """Token: moved to another version of its process."""

    _inherit = "bpm.token"

    def _move_to(self, stage, way):
        """Stand on the stage of another version; time and responsible stay.

        :param stage: bpm.stage of the other version
        :param way: the bpm.transition by which it would have come, or an empty one
        """
        self.write(
            {
                "stage_id": stage.id,
                "process_id": stage.process_id.id,
                "transition_id": way.id if way else False,
            }
        )
