from odoo import api, fields, models
from odoo.fields import Domain


class BpmInstance(models.Model):
    """Process run: the document it is about, and the records it is linked with."""

    _inherit = "bpm.instance"

    link_ids = fields.One2many("bpm.instance.link", "instance_id", "Links")
    document_name = fields.Char("About", compute="_compute_document_name")
    order_count = fields.Integer(compute="_compute_link_counts")
    invoice_count = fields.Integer(compute="_compute_link_counts")
    contract_count = fields.Integer(compute="_compute_link_counts")
    project_count = fields.Integer(compute="_compute_link_counts")
    waybill_count = fields.Integer(compute="_compute_link_counts")
    other_link_count = fields.Integer(compute="_compute_link_counts")

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_document_name(self):
        """Shown to those who may read the document."""
        for run, record in self._get_records().items():
            known = record != run and record and record.has_access("read")
            run.document_name = record.display_name if known else False

    @api.depends("link_ids.document")
    @api.depends_context("uid")
    def _compute_link_counts(self):
        fields_of = self._get_link_count_fields()
        for run in self:
            counts = dict.fromkeys((*fields_of.values(), "other_link_count"), 0)
            for document in run._get_linked_documents():
                counts[fields_of.get(document._name, "other_link_count")] += 1
            run.update(counts)

    @api.model
    def _get_link_count_fields(self):
        """Which smart button counts which records."""
        return {
            "sale.order": "order_count",
            "account.move": "invoice_count",
            "service.contract": "contract_count",
            "project.project": "project_count",
            "stock.picking": "waybill_count",
            "service.document": "waybill_count",
        }

    def action_open_document(self):
        """The record the process is about."""
        self.ensure_one()
        self.check_access("read")
        return self._get_record().get_formview_action()

    def action_open_links(self):
        """The linked records of one smart button (its count field in the context)."""
        self.ensure_one()
        self.check_access("read")
        button = self.env.context.get("link_field")
        fields_of = self._get_link_count_fields()
        documents = [
            document
            for document in self._get_linked_documents()
            if fields_of.get(document._name, "other_link_count") == button
        ]
        if len(documents) == 1:
            return documents[0].get_formview_action()
        if len({document._name for document in documents}) == 1:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Linked with %(process)s", process=self.name),
                "res_model": documents[0]._name,
                "views": [(False, "list"), (False, "form")],
                "domain": [("id", "in", [document.id for document in documents])],
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Linked with %(process)s", process=self.name),
            "res_model": "bpm.instance.link",
            "views": [(False, "list")],
            "domain": [("instance_id", "=", self.id)],
        }

    def _get_linked_documents(self):
        """Records the run is linked with, and what belongs to its document, each once.

        Of the latter those that the user may read.
        """
        self.ensure_one()
        documents = [link.document for link in self.link_ids if link.document]
        # sudo: what belongs to the document is told to those who may read it
        record = self.sudo()._get_record()
        for owned in getattr(record, "_get_process_links", list)():
            documents += owned.sudo(False)._filtered_access("read")
        return list(dict.fromkeys(documents))

    def _link(self, records):
        """Link runs with records; those linked already stay as they are."""
        # sudo: called by steps of a process, which have checked their own rights
        links = self.env["bpm.instance.link"].sudo()
        wanted = [(run.id, f"{rec._name},{rec.id}") for run in self for rec in records]
        known = {
            (link.instance_id.id, f"{link.document._name},{link.document.id}")
            for link in links.search([("instance_id", "in", self.ids)])
            if link.document
        }
        return links.create(
            [
                {"instance_id": run_id, "document": document}
                for run_id, document in wanted
                if (run_id, document) not in known
            ]
        )

    @api.model
    def _get_domain_of(self, records):
        """Runs about records, or linked with them."""
        return (
            Domain("res_model", "=", records._name)
            & Domain("res_id", "in", records.ids)
        ) | Domain(
            "link_ids.document", "in", [f"{records._name},{i}" for i in records.ids]
        )

    @api.model
    def _action_open_of(self, records):
        """The runs of records, with a way to start another one."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm_bpm.action_bpm_instance_of_document"
        )
        return {
            **action,
            "domain": list(self._get_domain_of(records)),
            "context": {
                "active_model": records._name,
                "active_ids": records.ids,
                "active_id": records.ids[0] if len(records) == 1 else False,
                "start_model": records._name,
                "start_id": records.id if len(records) == 1 else False,
            },
        }
