from odoo import fields, models

SERVICE_PHASES = [
    ("new", "New"),
    ("qualification", "Qualification"),
    ("dispatch", "Dispatching"),
    ("agreed", "Agreed"),
    ("execution", "In Progress"),
    ("closing", "Closing"),
    ("done", "Done"),
]


class CrmStage(models.Model):
    _inherit = "crm.stage"

    service_phase = fields.Selection(
        SERVICE_PHASES,
        index="btree_not_null",
        help="What the stage means on service teams. Stages may be renamed and "
        "reordered freely; the program reads only the phase.",
    )
