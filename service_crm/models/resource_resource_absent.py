from odoo import api, fields, models


class ResourceResource(models.Model):
    """A performer: whether he is there now."""

    _inherit = "resource.resource"

    @api.model
    def _get_absent_now(self):
        """Who is on leave at this moment: ``{model: {id}}`` of performers and users."""
        now = fields.Datetime.now()
        # Why somebody is absent is nobody's business; that they are, the rules need.
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                [
                    ("resource_id", "!=", False),
                    ("time_type", "=", "leave"),
                    ("date_from", "<=", now),
                    ("date_to", ">", now),
                ]
            )
        )
        return {
            "resource.resource": set(leaves.resource_id.ids),
            "res.users": set(leaves.resource_id.user_id.ids),
        }
