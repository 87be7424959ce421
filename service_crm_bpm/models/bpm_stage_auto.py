import logging

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class BpmStage(models.Model):
    """Stage: what its ways that are taken by themselves have to be told of."""

    _inherit = "bpm.stage"

    def _add_auto_ways_to(self, watch):
        """Enter the fields that the conditions of these ways read."""
        for stage in self:
            try:
                ways = stage._get_auto_ways()
            except UserError as error:  # said when the process is published
                _logger.info("ways of stage %s: %s", stage.id, error)
                continue
            for _way_id, domain in ways:
                stage._add_domain_to(watch, stage.process_id.model_name, domain)

    def _add_domain_to(self, watch, model, domain):
        """Enter the fields a condition on a model reads, and those of its lines."""
        for condition in domain.iter_conditions():
            name, _dot, rest = condition.field_expr.partition(".")
            field = self.env[model]._fields[name]
            watch.add_event(model, "look", frozenset([name]))
            if field.type != "one2many" or field.inverse_name not in (
                self.env[field.comodel_name]._fields
            ):
                continue
            lines = field.comodel_name
            watch.add_link(lines, field.inverse_name)
            if "active" in self.env[lines]._fields:
                watch.add_event(lines, "look", frozenset(["active"]))
            if rest:
                inner = Domain(rest, condition.operator, condition.value)
            elif condition.operator in ("any", "not any"):
                inner = Domain(condition.value)
            else:  # whether there are any at all
                continue
            self._add_domain_to(watch, lines, inner)
