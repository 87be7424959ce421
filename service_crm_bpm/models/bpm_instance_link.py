from odoo import api, fields, models
from odoo.exceptions import AccessError


class BpmInstanceLink(models.Model):
    """A record that a run has to do with: invoice, order, contract, waybill, …"""

    _name = "bpm.instance.link"
    _description = "Link of a Process Run"
    _order = "id"
    _rec_name = "document"

    instance_id = fields.Many2one(
        "bpm.instance", "Process", required=True, ondelete="cascade", index=True
    )
    document = fields.Reference(
        lambda self: self._get_link_model_selection(), required=True, index=True
    )

    _once = models.UniqueIndex(
        "(instance_id, document)", "This record is linked already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        links._check_documents()
        links._log(added=True)
        links._tell_documents()
        return links

    def write(self, vals):
        if self and vals:
            raise AccessError(
                self.env._("A link is not changed. Remove it and add another one.")
            )
        return super().write(vals)

    def unlink(self):
        self._log(added=False)
        return super().unlink()

    @api.model
    def _get_link_models(self):
        """Kinds of records that runs are linked with: ``{model: name}``, in the order
        of the buttons. Extension point."""
        names = {
            "crm.lead": self.env._("Request"),
            "sale.order": self.env._("Order"),
            "account.move": self.env._("Invoice"),
            "service.contract": self.env._("Contract"),
            "service.work.order": self.env._("Work Order"),
            "service.document": self.env._("Document"),
            "stock.picking": self.env._("Waybill"),
            "project.project": self.env._("Project"),
            "project.task": self.env._("Project Task"),
            "res.partner": self.env._("Contact"),
        }
        return {model: name for model, name in names.items() if model in self.env}

    @api.model
    def _get_link_model_selection(self):
        return list(self._get_link_models().items())

    def _check_documents(self):
        """People link what they may see."""
        if not self.env.su:
            for link in self:
                link.document.check_access("read")

    def _log(self, added):
        """The protocol tells what was linked and what no longer is."""
        rows = []
        for link in self:
            name = f"{link._get_kind_name()} {link.document.display_name}"
            rows.append(
                {
                    "instance_id": link.instance_id.id,
                    "company_id": link.instance_id.company_id.id,
                    "event": "change",
                    "text": self.env._("Links"),
                    "value_from": False if added else name,
                    "value_to": name if added else False,
                }
            )
        self.env["bpm.journal"]._log(rows)

    def _get_kind_name(self):
        """What kind of record is linked, in words."""
        self.ensure_one()
        return self._get_link_models().get(self.document._name, "")

    def _tell_documents(self):
        """Records without a button to their processes get the way back as a note."""
        for link in self:
            # sudo: the note is the system's, whoever may write on the record
            document = link.document.sudo()
            if "process_count" in document or "message_ids" not in document:
                continue
            document._message_log(
                body=self.env._(
                    "Linked with the process %(process)s",
                    process=link.instance_id._get_html_link(),
                )
            )
