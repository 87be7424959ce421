from odoo import models


class ServiceWorkOrder(models.Model):
    """Work order: what messages say about the arrival, and the calendar's entry."""

    _inherit = "service.work.order"

    def _get_arrival_text(self, tz=None):
        """When the performer arrives, by how his day goes: ``10:00–10:20``.

        :param tz: time zone name; the customer's unless told
        """
        self.ensure_one()
        window = self._get_arrival_windows().get(self)
        # A message that had to wait may be written after the performer began.
        return self._describe_arrival(window, tz) or self._get_visit_hours(
            tz or self._get_customer_tz()
        )

    def _get_visit_hours(self, tz=None):
        """Hours of the visit: ``10:00–12:00``.

        :param tz: time zone name; the performer's unless told
        """
        self.ensure_one()
        tz = tz or self._get_performer_tz()
        hours = [
            self._format_slot_time(moment, tz)
            for moment in (self.date_start, self.date_end)
            if moment
        ]
        return "–".join(hours)

    def _get_invitation_title(self):
        """Title of the visit in the performer's calendar."""
        self.ensure_one()
        parts = (self._get_request_number(), self.partner_id.name)
        return " ".join(part for part in parts if part)

    def _get_invitation_host(self):
        """What makes the appointments of this database different from others'."""
        # sudo: an id of the database, no secret to whoever gets a message
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")
