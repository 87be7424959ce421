from odoo import models
from odoo.exceptions import UserError


class ServiceObstacleMixin(models.AbstractModel):
    """What stands in the way of a step: missing papers, an unpaid part."""

    _name = "service.obstacle.mixin"
    _description = "Obstacles of steps"

    def _get_step_obstacles(self, step):
        """What stands in the way of a step. Extension point.

        Called with rights of the system for all records at once; ``super()`` first,
        then add to the lists.

        :param step: ``close`` of a request (``crm.lead``), or the name of a step of a
            work order (``on_the_way``, ``start``, ``done``, ``close``, …)
        :return: ``{record: [sentence, …]}``, with a list for each record of ``self``
        """
        return {record: [] for record in self}

    def _check_step_obstacles(self, step):
        """Refuse the step, naming all that is in its way.

        :raise UserError: with one line per record and obstacle
        """
        # What is in the way is named, not shown: papers and payments of the records.
        found = self.sudo()._get_step_obstacles(step)
        lines = [
            self.env._("%(record)s: %(problem)s", record=record.display_name, problem=p)
            for record, problems in found.items()
            for p in problems
        ]
        if lines:
            raise UserError("\n".join(lines))
