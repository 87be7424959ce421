import json

from odoo import api, models


class ServiceInbound(models.Model):
    """The door of the devices."""

    _inherit = "service.inbound"

    @api.model
    def _receive_alarm(self, alarm):
        """Take one alarm; called by the gateway the devices report to.

        :param dict alarm: ``id`` (the same alarm may be reported twice), ``device``
            and ``text``
        :return: the inbound, see :meth:`_receive`
        """
        return self._receive(
            "alarm",
            json.dumps(alarm, ensure_ascii=False).encode(),
            external_id=alarm["id"],
            name=self.env._("Alarm of device %(device)s", device=alarm["device"]),
            preview=alarm["text"],
            # without a method `_process_alarm` these become the request's values
            payload={"request": {"device_number": alarm["device"], "priority": "3"}},
        )
