import logging

from odoo import models

from ..tools.watch import ANY

_logger = logging.getLogger(__name__)


class BpmStage(models.Model):
    """Stage: what it has to be told of."""

    _inherit = "bpm.stage"

    def _add_events_to(self, watch):
        """Enter what this stage has to be told of."""
        model = self.process_id.model_name
        try:
            wait = self._get_wait()
        except Exception as error:  # said when the stage is entered
            _logger.info("wait of stage %s: %s", self.id, error)
            return
        if self.kind == "pause":
            paths = set()
            if wait.pause_mode == "condition":
                paths = wait.expression.names
            elif wait.pause_mode == "field":
                paths = {wait.path}
            names = {path.split(".", 1)[0] for path in paths}
            names.intersection_update(self.env[model]._fields)
            if names:
                watch.add_event(model, "look", frozenset(names))
            return
        kind = self._get_event_kinds().get(wait.event_kind)
        if not kind or "fields" not in kind and wait.event_kind != "change":
            return
        if wait.event_kind == "change":
            names = {wait.field_name} - {""}
            if wait.domain is not None:
                names |= {
                    condition.field_expr.split(".", 1)[0]
                    for condition in wait.domain.iter_conditions()
                }
            watch.add_event(model, "change", frozenset(names) or ANY)
            return
        for source, fields in kind["fields"].items():
            if source in self.env:
                watch.add_event(
                    source, wait.event_kind, frozenset(fields), created=True
                )
