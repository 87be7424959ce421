import logging
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH = 20
PAUSE = 1.1  # seconds: public services allow one question a second
ADDRESS = frozenset({"street", "zip", "city", "state_id", "country_id"})


class ResPartner(models.Model):
    """Places of work are found on the map, a few at a time."""

    _inherit = "res.partner"

    def write(self, vals):
        """Another address is looked for again, also when the last one was not found."""
        if ADDRESS & vals.keys() and "date_localization" not in vals:
            vals = {**vals, "date_localization": False}
        return super().write(vals)

    @api.model
    def _cron_find_on_map(self, limit=BATCH):
        """Find coordinates of places that are worked at; off until switched on.

        Addresses go to the service chosen in Odoo's settings. What is not found is
        not asked for again until its address changes.
        """
        places = self._get_unlocated_places(limit)
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(places))
        for number, place in enumerate(places):
            if number:
                time.sleep(PAUSE)
            try:
                place.geo_localize()
            except UserError as error:  # the service does not answer: another time
                _logger.info("Places on the map: %s", error)
                return
            if not place.date_localization:
                place.date_localization = fields.Date.context_today(place)
            if not progress._commit_progress(1):
                return

    @api.model
    def _get_unlocated_places(self, limit):
        """Places of open work orders and where performers' days begin and end."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT place.id
                  FROM res_partner place
                 WHERE coalesce(place.partner_latitude, 0) = 0
                   AND coalesce(place.partner_longitude, 0) = 0
                   AND place.date_localization IS NULL
                   AND place.active
                   AND coalesce(place.city, place.zip, '') <> ''
                   AND place.id IN (
                       SELECT coalesce(site_id, partner_id) FROM service_work_order
                        WHERE active
                          AND state NOT IN ('done', 'closed', 'cancelled')
                       UNION SELECT service_start_id FROM resource_resource
                       UNION SELECT service_end_id FROM resource_resource
                       UNION SELECT partner_id FROM res_company
                   )
              ORDER BY place.id
                 LIMIT %s
                """,
                limit,
            )
        )
        return self.browse(row[0] for row in rows)
