from odoo import models

# Steps before which the goods have to be had, and the one that hands papers over.
BLOCKED_STEPS = ("on_the_way", "start", "hand_over")


class ServiceWorkOrder(models.Model):
    """Work order: nobody sets off for goods with an expired power of attorney."""

    _inherit = "service.work.order"

    def _get_step_obstacles(self, step):
        """Nobody goes out with a power of attorney that expired."""
        obstacles = super()._get_step_obstacles(step)
        if step not in BLOCKED_STEPS:
            return obstacles
        expired = self.env["service.document"].search(
            [
                ("work_order_id", "in", self.ids),
                ("kind", "=", "power_of_attorney"),
                ("state", "!=", "draft"),
                ("is_expired", "=", True),
            ]
        )
        for visit, documents in expired.grouped("work_order_id").items():
            obstacles[visit] += [
                self.env._(
                    "%(document)s: %(problem)s",
                    document=document.display_name,
                    problem=document._get_expired_words(),
                )
                for document in documents
            ]
        return obstacles
