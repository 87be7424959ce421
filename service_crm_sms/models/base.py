from odoo import api, models


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    def mail_allowed_qweb_expressions(self):
        """The language of the recipient may stand in everybody's templates."""
        return (
            *super().mail_allowed_qweb_expressions(),
            "object.lang",
            "object.partner_id.lang",
        )
