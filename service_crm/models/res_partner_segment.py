from odoo import api, fields, models


class ResPartner(models.Model):
    """Customer: the segments prices know."""

    _inherit = "res.partner"

    service_segment_ids = fields.Many2many(
        "service.segment",
        "service_segment_partner_rel",
        "partner_id",
        "segment_id",
        "Segments",
        copy=False,
        domain="[('kind', '=', 'fixed')]",
        help="Price rules may count for some segments only.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners._refresh_segments()
        return partners

    def write(self, vals):
        result = super().write(vals)
        self._refresh_segments(vals)
        return result

    def _refresh_segments(self, changed=None):
        """Bring the segments of these customers up to date.

        :param changed: names of the fields that changed; all when not given
        """
        # Prices follow every segment, whoever changes the customer.
        segments = self.env["service.segment"].sudo()
        watched = segments._get_watched_fields()
        ids = [
            segment_id
            for segment_id, names in watched.items()
            if changed is None or not names.isdisjoint(changed)
        ]
        if ids and self:
            segments.browse(ids)._refresh_members(self)
