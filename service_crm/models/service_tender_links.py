from odoo import fields, models
from odoo.fields import Domain


class ServiceTender(models.Model):
    """Tender: what hangs on it, counted, and opened by its buttons."""

    _inherit = "service.tender"

    offer_count = fields.Integer(compute="_compute_counts")
    request_count = fields.Integer(compute="_compute_counts")
    order_count = fields.Integer(compute="_compute_counts")
    contract_count = fields.Integer(compute="_compute_counts")
    document_count = fields.Integer(compute="_compute_documents")
    document_ready_count = fields.Integer(compute="_compute_documents")
    document_progress = fields.Integer("Papers Ready, %", compute="_compute_documents")
    documents_missing = fields.Char("Not Ready Yet", compute="_compute_documents")

    # -- computes

    def _compute_counts(self):
        # As the user may see them: the numbers are those of the lists behind.
        offers = self._count_by_tender("service.tender.offer")
        deals = self._count_by_tender("crm.lead")
        contracts = self._count_by_tender("service.contract")
        orders = self.env["sale.order"].search_fetch(
            [("opportunity_id.tender_id", "in", self.ids)], ["opportunity_id"]
        )
        orders = orders.grouped(lambda order: order.opportunity_id.tender_id)
        for tender in self:
            tender.offer_count = offers.get(tender.id, 0)
            tender.request_count = deals.get(tender.id, 0)
            tender.contract_count = contracts.get(tender.id, 0)
            tender.order_count = len(orders.get(tender, ()))

    def _compute_documents(self):
        paper_model = self.env["service.document"]
        papers = {}
        for paper in paper_model.search(
            self._get_document_domain() & Domain("state", "!=", "cancelled")
        ):
            for tender in paper._get_tenders():
                papers[tender] = papers.get(tender, paper_model) | paper
        for tender in self:
            own = papers.get(tender, paper_model)
            missing = own.filtered(lambda paper: paper.state == "draft")
            ready = len(own) - len(missing)
            tender.document_count = len(own)
            tender.document_ready_count = ready
            tender.document_progress = 100 * ready // len(own) if own else 0
            tender.documents_missing = ", ".join(missing.type_id.mapped("name"))

    # -- navigation

    def action_view_offers(self):
        """The prices found for this tender."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_service_tender_offer"
        )
        return action | {
            "domain": [("tender_id", "=", self.id)],
            "context": {"default_tender_id": self.id},
            "name": self.env._("Price Monitoring: %(name)s", name=self.name),
        }

    def action_view_requests(self):
        """The requests (deals) of this tender; a new one takes its items over."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_request_all"
        )
        action["domain"] = [("tender_id", "=", self.id)]
        action["context"] = {
            "service_new": True,
            "default_tender_id": self.id,
            "default_type": "opportunity",
            "default_name": self.subject,
            "default_partner_id": self.partner_id.id,
            "default_request_line_ids": [
                fields.Command.create(line._prepare_request_line_values())
                for line in self.line_ids
            ],
        }
        return self._open_single(action, self.request_ids)

    def action_view_orders(self):
        """Quotations and orders of the requests of this tender."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sale.action_quotations_with_onboarding"
        )
        domain = [("opportunity_id.tender_id", "in", self.ids)]
        orders = self.env["sale.order"].search(domain)
        action |= {"domain": domain, "context": {"create": False}}
        return self._open_single(action, orders)

    def action_view_contracts(self):
        """Contracts that came of this tender; a new one knows its customer."""
        self.ensure_one()
        action = self._prepare_list_action(self.env._("Contracts"), self.contract_ids)
        action["context"] = {
            "default_tender_id": self.id,
            "default_partner_id": self.partner_id.id,
            "default_subject": self.subject,
        }
        return self._open_single(action, self.contract_ids)

    def action_view_documents(self):
        """The papers of this tender and of its requests and contracts."""
        self.ensure_one()
        documents = self.env["service.document"].search(self._get_document_domain())
        action = self._prepare_list_action(self.env._("Documents"), documents)
        action["context"] = {
            "default_tender_id": self.id,
            "default_partner_id": self.partner_id.id,
        }
        return action

    # -- helpers

    def _count_by_tender(self, model):
        """``{tender id: number of rows the user may see}``."""
        rows = self.env[model]._read_group(
            [("tender_id", "in", self.ids)], ["tender_id"], ["__count"]
        )
        return {tender.id: count for tender, count in rows}

    def _get_document_domain(self):
        """The papers that belong to these tenders. Extension point."""
        return Domain.OR(
            Domain(path, "in", self.ids)
            for path in (
                "tender_id",
                "request_id.tender_id",
                "contract_id.tender_id",
            )
        )

    def _prepare_list_action(self, name, records):
        """The window with these records."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": records._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", records.ids)],
        }

    def _open_single(self, action, records):
        """Straight to the form where there is one record and nothing to choose."""
        if len(records) == 1:
            views = [view for view in action["views"] if view[1] == "form"]
            action |= {"views": views, "res_id": records.id}
        return action
