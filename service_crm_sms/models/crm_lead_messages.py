from odoo import fields, models
from odoo.tools.urls import urljoin


class CrmLead(models.Model):
    """Service request: what its messages say, and the day of the next one."""

    _inherit = "crm.lead"

    service_follow_up_date = fields.Date(
        "Next Service",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Days after the request was done, as the services of it say.",
    )

    def _propose_follow_ups(self):
        """The manager gets a task; the customer may be told on the day."""
        result = super()._propose_follow_ups()
        today = fields.Date.context_today(self)
        for request in self:
            if days := list(request._get_follow_ups().values()):
                request.service_follow_up_date = fields.Date.add(today, days=min(days))
        return result

    def _get_follow_up_names(self):
        """What is offered next, in words for a message."""
        self.ensure_one()
        return ", ".join(product.name for product in self._get_follow_ups())

    def _get_service_record_url(self):
        """Absolute address of the request, for people with a login."""
        self.ensure_one()
        return urljoin(
            self.get_base_url(), f"/mail/view?model={self._name}&res_id={self.id}"
        )
