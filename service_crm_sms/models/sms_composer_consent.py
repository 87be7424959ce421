from odoo import models


class SmsComposer(models.TransientModel):
    """Odoo's own mass SMS pass by who refused advertising."""

    _inherit = "sms.composer"

    def _get_optout_record_ids(self, records, recipients_info):
        targets = {
            record.id: (
                recipients_info[record.id]["partner"].id or 0,
                "sms",
                recipients_info[record.id]["sanitized"] or "",
            )
            for record in records
        }
        said = self.env["service.message.consent"]._get_said(
            "advertising", list(targets.values()), self.env.company
        )
        refused = [
            record_id
            for record_id, target in targets.items()
            if said[target][0] == "refused"
        ]
        return [*super()._get_optout_record_ids(records, recipients_info), *refused]
