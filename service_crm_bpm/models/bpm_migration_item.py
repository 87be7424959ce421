from odoo import api, fields, models
from odoo.exceptions import UserError


class BpmMigrationItem(models.Model):
    """One run that was (or would be) moved, and where it stood before."""

    _name = "bpm.migration.item"
    _description = "Run Moved to Another Version"
    _order = "id"

    migration_id = fields.Many2one(
        "bpm.migration", required=True, readonly=True, ondelete="cascade", index=True
    )
    instance_id = fields.Many2one(
        "bpm.instance", "Run", required=True, readonly=True, ondelete="cascade"
    )
    process_id = fields.Many2one(
        "bpm.process", "Version Before", readonly=True, ondelete="cascade"
    )
    stages_before = fields.Char("Was At", readonly=True)
    stages_after = fields.Char("Is At", readonly=True)
    changes = fields.Text("What Changes", readonly=True)
    error = fields.Text("Why Not", readonly=True)
    is_undone = fields.Boolean("Taken Back", readonly=True)
    # {token id: {"stage_id", "transition_id", "moved_stage_id", "moments"}} of the open
    # tokens; "moments": when its pauses and time-outs ended
    tokens = fields.Json(readonly=True)

    @api.model
    def _copy_item(self, item):
        """The values of an item, to be kept past a rehearsal."""
        return {
            "instance_id": item.instance_id.id,
            "process_id": item.process_id.id,
            "stages_before": item.stages_before,
            "stages_after": item.stages_after,
            "changes": item.changes,
            "error": item.error,
        }

    def _move_back(self):
        """Put the run back, when it still stands where it was moved to (sudo).

        :raise UserError: when it has gone on since
        """
        self.ensure_one()
        tokens = self.instance_id.token_ids._lock_open()
        # JSON keeps the ids as texts
        kept = {int(key): place for key, place in (self.tokens or {}).items()}
        if {token.id: token.stage_id.id for token in tokens} != {
            token_id: place["moved_stage_id"] for token_id, place in kept.items()
        }:
            raise UserError(self.env._("It has gone on since."))
        anew = tokens.browse()
        for token in tokens:
            place, kind = kept[token.id], token.kind
            token._log(
                "migrate",
                target_id=place["stage_id"],
                value_from=str(self.instance_id.process_id.version),
                value_to=str(self.process_id.version),
            )
            token._move_to(
                self.env["bpm.stage"].browse(place["stage_id"]),
                self.env["bpm.transition"].browse(place["transition_id"]),
            )
            if token.kind != kind:
                anew |= token
        self.instance_id.process_id = self.process_id
        anew._enter_anew()
        (tokens - anew)._wait_anew()
        tokens._filter_open()._restore_moments(
            {token_id: place["moments"] for token_id, place in kept.items()}
        )
        self.is_undone = True
