from odoo import models

from ..tools.batch import run_isolated


class ServiceWorkOrder(models.Model):
    """Work order: the engineer of the request gets its visit."""

    _inherit = "service.work.order"

    def _take_engineers(self):
        """New visits without a performer get the responsible engineer of the request.

        Where the time does not suit him the visit stays without one, and why is said.
        """
        # Whoever made the visit need not see who answers for the request.
        orders = self.sudo().filtered(
            lambda order: order.request_id and not order.performer_id
        )
        if not orders:
            return
        orders.request_id._assign_by_rules(roles=("performer",))
        for engineer, visits in orders.grouped(
            lambda order: order.request_id.service_engineer_id
        ).items():
            if engineer:
                run_isolated(
                    self.env,
                    visits,
                    lambda part, engineer=engineer: part.write(
                        {"performer_id": engineer.id}
                    ),
                    lambda visit, error, engineer=engineer: visit._log_not_taken(
                        engineer, error
                    ),
                )

    def _log_not_taken(self, engineer, error):
        """Tell why the engineer did not get the visit."""
        self._message_log(
            body=self.env._(
                "%(engineer)s answers for the request, but this time does not suit: "
                "%(problem)s",
                engineer=engineer.name,
                problem=error,
            )
        )
