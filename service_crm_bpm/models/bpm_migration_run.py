from odoo import models
from odoo.exceptions import UserError

from odoo.addons.service_crm.tools.batch import run_isolated


class BpmMigration(models.Model):
    """Move to another version: the move and its undoing (sudo)."""

    _inherit = "bpm.migration"

    def _move(self):
        """Move all runs; one that fails stays where it is, with its error."""
        self.ensure_one()
        items = self.env["bpm.migration.item"]
        places = {line.source_id.id: line.target_id for line in self.line_ids}
        ways = {way.key: way for way in self.target_id.transition_ids if way.key}

        def run(part):
            for moved in part:
                items.create(self._move_run(moved, places, ways))

        def on_error(moved, error):
            items.create(
                {
                    "migration_id": self.id,
                    "instance_id": moved.id,
                    "process_id": moved.process_id.id,
                    "stages_before": moved._get_places_text(),
                    "error": moved.token_ids[:1]._get_error_text(error),
                }
            )

        run_isolated(self.env, self._get_runs(), run, on_error)

    def _move_run(self, run, places, ways):
        """Move one run.

        :return: values of the ``bpm.migration.item``
        """
        before, version = run._get_places_text(), run.process_id
        kept, anew = {}, run.token_ids.browse()
        tokens = run.token_ids._lock_open()
        moments = tokens._get_moments()
        for token in tokens:
            stage = token.stage_id
            if not (target := places.get(stage.id)):
                raise UserError(
                    self.env._(
                        "It is at “%(stage)s”, for which no stage is chosen.",
                        stage=stage.name,
                    )
                )
            way = ways.get(token.transition_id.key)
            kept[token.id] = {
                "stage_id": stage.id,
                "transition_id": token.transition_id.id,
                "moved_stage_id": target.id,
                "moments": moments[token.id],
            }
            token._log(
                "migrate",
                target_id=target.id,
                value_from=str(version.version),
                value_to=str(self.target_id.version),
            )
            kind = token.kind
            token._move_to(target, way)
            if target.kind != kind:
                anew |= token
        run.process_id = self.target_id
        anew._enter_anew()
        (tokens - anew)._wait_anew()
        # what another kind of stage waited for is no change of this one
        moments |= dict.fromkeys(anew.ids, [])
        changes = tokens._filter_open()._get_moment_changes(moments)
        return {
            "migration_id": self.id,
            "instance_id": run.id,
            "process_id": version.id,
            "stages_before": before,
            "stages_after": run._get_places_text(),
            "changes": "\n".join(changes),
            "tokens": kept,
        }

    def _move_back(self):
        """Put runs back that stand where they were moved to."""
        self.ensure_one()

        def run(part):
            for item in part:
                item._move_back()

        def on_error(item, error):
            item.error = item.instance_id.token_ids[:1]._get_error_text(error)

        moved = self.item_ids.filtered(lambda i: not i.error and not i.is_undone)
        run_isolated(self.env, moved, run, on_error)
        # versions with runs are watched, those without are not
        moved.process_id._definition_changed()
