from odoo import api, fields, models


class CrmLead(models.Model):
    """Request: a door, what dispatching needs, what the performer is told."""

    _inherit = "crm.lead"

    device_number = fields.Char("Device", index="btree_not_null")
    device_restored = fields.Datetime("Back in Service", readonly=True, copy=False)

    @api.model
    def _get_service_channels(self):
        """A further channel is one more entry."""
        return {
            **super()._get_service_channels(),
            "alarm": {"name": self.env._("Alarm")},
        }

    def _get_missing_for_dispatch(self):
        """Whoever goes to an alarm must know which device it came from."""
        missing = super()._get_missing_for_dispatch()
        if self.service_channel == "alarm" and not self.device_number:
            missing.append(self.env._("Device"))
        return missing

    def _prepare_work_order_values(self):
        """The performer reads the device in the instruction."""
        values = super()._prepare_work_order_values()
        if self.device_number:
            device = self.env._("Device %(number)s", number=self.device_number)
            lines = [device, values["instruction"]]
            values["instruction"] = "\n".join(filter(None, lines))
        return values

    @api.model
    def _get_service_entry_fields(self):
        """That a device is back in service is an entry others may react to."""
        return (*super()._get_service_entry_fields(), "device_restored")

    def _get_duty_recipients(self):
        """Recipients of messages to the audience "duty"."""
        partner = self.team_id.duty_partner_id
        return [self._prepare_service_recipient(partner)] if partner else []
