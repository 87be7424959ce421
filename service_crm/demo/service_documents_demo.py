import base64

from odoo import api, fields, models
from odoo.tools import file_open

SIGNED, SENT, HELD = "signed", "sent", "held"
# How far the papers of a request have come by the phase it is in.
PAPERS = {
    "agreed": HELD,
    "execution": HELD,
    "closing": SENT,
    "done": SIGNED,
}


class ServiceDemo(models.AbstractModel):
    """Demo documents: the sets of the demo requests, in all states."""

    _inherit = "service.demo"

    @api.model
    def _load_documents(self):
        """Make the documents. Called once, when demo data is installed."""
        # No PDF is drawn while data is loaded.
        self = self.with_context(install_mode=True)
        requests = self.env["crm.lead"].search(
            [("is_service", "=", True), ("work_order_ids", "!=", False)], order="id"
        )
        requests._make_documents()
        for request in requests:
            fate = PAPERS.get(request.service_phase)
            problems = request.document_ids._get_issue_problems()
            papers = request.document_ids.filtered(
                lambda paper, problems=problems: not problems[paper]
            )
            if fate:
                papers._action_issue()
            papers = papers.filtered(lambda paper: paper.state != "draft")
            if fate in (SENT, SIGNED):
                papers.filtered("for_customer")._action_mark_sent()
                papers.write({"holder": "manager"})
            if fate == SIGNED:
                self._sign(papers)
        self._load_changed_set(requests)
        self._load_own_template(requests)
        self._load_exceptions(requests)

    def _sign(self, papers):
        """The customer has signed on his phone."""
        with file_open("service_crm/demo/signature.png", "rb") as image:
            signature = base64.b64encode(image.read())
        for paper in papers.filtered(lambda p: p.state == "sent"):
            paper._action_sign(
                signed_by=paper.partner_id.name,
                signature=signature,
                ip="192.0.2.15",
                author=paper.partner_id,
            )

    def _load_changed_set(self, requests):
        """One request whose manager wants more papers than usual."""
        request = requests.filtered(lambda r: r.service_phase == "execution")[:1]
        kinds = [
            ("document_type_work_order", False),
            ("document_type_act", True),
            ("document_type_waybill", True),
            ("document_type_questionnaire", False),
        ]
        self.env["service.document.need"].create(
            [
                {
                    "request_id": request.id,
                    "type_id": self._ref(xmlid).id,
                    "is_required": is_required,
                }
                for xmlid, is_required in kinds
                if request
            ]
        )

    def _load_own_template(self, requests):
        """A contract from the company's own DOCX template, waiting for a signature."""
        kind = self._ref("document_type_demo_contract")
        companies = requests.filtered(lambda r: r.commercial_partner_id.is_company)
        contracts = self.env["service.document"].create(
            [
                request._prepare_document_values(kind, self.env["service.work.order"])
                for request in companies[:2]
            ]
        )
        contracts[:1]._action_issue()
        contracts[:1]._action_mark_sent()

    def _load_exceptions(self, requests):
        """One paper cancelled and made anew, and one that has expired."""
        papers = requests.document_ids.filtered(lambda p: p.kind == "act")
        wrong = papers.filtered(lambda p: p.state == "issued")[:1]
        if wrong:
            wrong.copy()
            wrong._action_cancel("Wrong sum, made anew")
        offers = requests.document_ids.filtered(
            lambda p: p.kind == "offer" and p.state in ("issued", "sent")
        )
        offers[:1].valid_until = fields.Date.subtract(
            fields.Date.context_today(self), days=2
        )
