from odoo import fields, models


class BpmMigrationLine(models.Model):
    """Which stage of the new version takes the place of an old one."""

    _name = "bpm.migration.line"
    _description = "Stage of a Move to Another Version"
    _order = "id"

    migration_id = fields.Many2one(
        "bpm.migration", required=True, ondelete="cascade", index=True
    )
    process_id = fields.Many2one(related="migration_id.target_id")
    source_id = fields.Many2one(
        "bpm.stage", "Stage Now", required=True, readonly=True, ondelete="cascade"
    )
    source_version = fields.Integer(
        "Version Now", related="source_id.process_id.version"
    )
    target_id = fields.Many2one(
        "bpm.stage",
        "Becomes",
        ondelete="cascade",
        domain="[('process_id', '=', process_id)]",
    )
    token_count = fields.Integer("Runs There", readonly=True)
