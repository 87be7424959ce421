from odoo import models


class BpmInstance(models.Model):
    _inherit = "bpm.instance"

    def _prepare_started(self):
        """Complete new runs by what their documents say: company, customer, name.

        Extension point; once per batch.
        """
        for run, record in self._get_records().items():
            vals = {}
            if run.res_model == self._name:
                vals["res_id"] = run.id
                record = self.env["res.partner"]
            if record and "company_id" in record and record.company_id:
                vals["company_id"] = record.company_id.id
            if record and not run.partner_id:
                partner = record if record._name == "res.partner" else None
                if partner is None and "partner_id" in record:
                    partner = record.partner_id
                vals["partner_id"] = partner.id if partner else False
            vals["name"] = run.name or " · ".join(
                filter(None, [run.process_id.name, record.display_name])
            )
            run.write(vals)
