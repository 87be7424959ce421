from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.chain import Made

# where a document keeps the request it belongs to
REQUEST_PATHS = {
    "crm.lead": "",
    "sale.order": "opportunity_id",
    "service.work.order": "request_id",
    "service.document": "request_id",
}


class BpmRobot(models.Model):
    """Robot: make the papers and the invoice of a request."""

    _inherit = "bpm.robot"

    document_type_ids = fields.Many2many(
        "service.document.type",
        string="Documents",
        domain="[('subject', '!=', 'contract')]",
        help="Empty: all of the set of the request.",
    )

    @api.model
    def _get_robot_kinds(self):
        """Adds: papers and the invoice of a request."""
        return {
            **super()._get_robot_kinds(),
            "documents": {"name": self.env._("Make documents")},
            "invoice": {"name": self.env._("Make the invoice")},
        }

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        return [*super()._get_guarded_fields(), "document_type_ids"]

    def _check_documents(self):
        """There is a request the papers belong to."""
        if self.model_name not in REQUEST_PATHS:
            raise UserError(
                self.env._("%(model)s belongs to no request.", model=self.model_id.name)
            )

    _check_invoice = _check_documents

    def _describe_documents(self):
        """The action in words."""
        names = self.document_type_ids.mapped("name")
        if not names:
            return self.env._("make the documents of the request")
        return self.env._("make %(documents)s", documents=", ".join(names))

    def _describe_invoice(self):
        """The action in words."""
        return self.env._("make the invoice")

    def _get_requests(self, records):
        """The request of each document: ``{record id: request}``."""
        path = REQUEST_PATHS[records._name]
        requests = {r.id: r[path] if path else r for r in records}
        if not all(requests.values()):
            raise UserError(self.env._("This document belongs to no request."))
        return requests

    def _run_documents(self, records):
        """Make the papers that are not there yet."""
        requests = self._get_requests(records)
        both = records.env["crm.lead"].union(*requests.values())
        if self.document_type_ids:
            made = self._make_typed_documents(both)
        else:
            before = both.document_ids
            both.action_make_documents()
            made = both.document_ids - before
        # sudo: names for the journal
        papers = made.sudo().grouped("request_id")
        return {
            record.id: ", ".join(
                papers.get(requests[record.id], made.browse()).mapped("display_name")
            )
            for record in records
        }

    def _make_typed_documents(self, requests):
        """The papers of the chosen kinds that are not there yet."""
        requests._check_documents_makable()
        papers = requests.document_ids.filtered(lambda d: d.state != "cancelled")
        present = {(paper.request_id, paper.type_id) for paper in papers}
        return papers.create(
            [
                request._prepare_document_values(kind, request.work_order_ids.browse())
                for request in requests
                for kind in self.document_type_ids
                if (request, kind) not in present
            ]
        )

    def _run_invoice(self, records):
        """Make the invoice of what was delivered."""
        requests = self._get_requests(records)
        records.env["crm.lead"].union(*requests.values()).action_create_invoice()
        results = {}
        for record in records:
            # sudo: the number of what was made, for the journal
            invoice = requests[record.id].sudo()._get_service_invoices()[:1]
            results[record.id] = Made(invoice.display_name, "account.move", invoice.id)
        return results
