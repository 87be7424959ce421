from odoo import api, fields, models

from ..tools.document_set import is_there


class CrmLead(models.Model):
    """Service request: the list of its documents, there or missing."""

    _inherit = "crm.lead"

    document_checklist = fields.Json(compute="_compute_document_checklist")

    @api.depends("document_ids.state", "document_need_ids", "work_order_ids.state")
    @api.depends_context("lang")
    def _compute_document_checklist(self):
        saved = self._origin
        rows = saved._get_document_rows()
        for request in self:
            found = rows.get(request._origin, [])
            request.document_checklist = {
                "rows": found,
                "next": request._get_document_hint(found),
            }

    def _get_document_rows(self, visits=None):
        """``{request: [row, …]}``: what belongs to the set, then all other documents.

        :param visits: only what belongs to these work orders
        """
        # Names of papers and their state, for everybody who sees the request.
        requests = self.sudo()
        kinds = requests.env["service.document.type"]
        rules = kinds._get_type_rules()
        kinds = kinds.search([("id", "in", list(rules))])
        places = requests._get_document_places()
        present = requests._get_present_documents()
        rows = {}
        for request, wanted in requests._get_document_sets().items():
            listed = requests.env["service.document"]
            found = []
            for kind in kinds.filtered(lambda kind, wanted=wanted: kind.id in wanted):
                rule = rules[kind.id]
                for place in places[request][rule.subject]:
                    if visits is not None and place[1] not in visits:
                        continue
                    documents = self._find_documents(present, rule, place)
                    listed |= documents
                    found += self._prepare_document_rows(
                        kind, rule, place, documents, wanted[kind.id]
                    )
            source = request if visits is None else visits.with_env(requests.env)
            others = source.document_ids
            for document in others - listed:
                rule = rules.get(document.type_id.id)
                found += self._prepare_document_rows(
                    document.type_id,
                    rule,
                    (request, document.work_order_id, False),
                    document,
                    False,
                )
            if visits is None:
                found += request._prepare_invoice_rows()
            rows[self.browse(request.id)] = found
        return rows

    def _prepare_invoice_rows(self):
        """Odoo's invoices stand among the documents."""
        moves = self._get_service_invoices().filtered(lambda m: m.state != "cancel")
        states = dict(moves._fields["state"]._description_selection(self.env))
        kinds = dict(moves._fields["move_type"]._description_selection(self.env))
        return [
            {
                "id": move.id,
                "model": move._name,
                "name": kinds[move.move_type],
                "visit": "",
                "required": False,
                "needed_by": "",
                "for_customer": False,
                "to_sign": False,
                "state": "draft" if move.state == "draft" else "invoiced",
                "label": states[move.state],
                "holder": "",
                "number": move.name or "",
                "there": True,
                "scans": 0,
            }
            for move in moves.sorted("id")
        ]

    @api.model
    def _get_document_hint(self, rows):
        """What to do next with these documents, in a sentence. Extension point."""

        papers = [row for row in rows if row["model"] == "service.document"]

        def count(state):
            return len([row for row in papers if row["state"] == state])

        if missing := count("missing"):
            return self.env._("Next: make %(count)s more.", count=missing)
        if drafts := count("draft"):
            return self.env._("Next: issue %(count)s.", count=drafts)
        if expired := count("expired"):
            return self.env._("Next: make %(count)s anew.", count=expired)
        if unsent := [
            r for r in papers if r["state"] == "issued" and r["for_customer"]
        ]:
            return self.env._("Next: send %(count)s.", count=len(unsent))
        if unsigned := [r for r in papers if r["state"] == "sent" and r["to_sign"]]:
            return self.env._(
                "Waiting for %(count)s signatures of the customer.", count=len(unsigned)
            )
        return self.env._("All documents are settled.") if rows else ""

    @api.model
    def _prepare_document_rows(self, kind, rule, place, documents, is_required):
        """What the list shows of one kind at one place. Extension point."""
        steps = self.env["service.document.type"]._get_needed_by_steps()
        fields_of_document = self.env["service.document"]._fields
        states = dict(fields_of_document["state"]._description_selection(self.env))
        holders = dict(fields_of_document["holder"]._description_selection(self.env))
        visit = place[1]
        base = {
            "model": "service.document",
            "name": kind.name,
            "visit": visit.name if visit else "",
            "required": is_required,
            "for_customer": kind.for_customer,
            "to_sign": kind.signer == "customer",
            "needed_by": str(steps[kind.needed_by][2]) if kind.needed_by else "",
        }
        if not documents:
            return [
                {
                    **base,
                    "id": False,
                    "state": "missing",
                    "label": self.env._("Missing"),
                    "holder": "",
                    "number": "",
                    "there": False,
                    "scans": 0,
                }
            ]
        return [
            {
                **base,
                "id": document.id,
                "state": "expired" if document.is_expired else document.state,
                "label": self.env._("Expired")
                if document.is_expired
                else states[document.state],
                "holder": holders.get(document.holder, ""),
                "number": document.name or "",
                "there": bool(
                    rule
                    and is_there(
                        rule.needed_as, document.state, bool(document.scan_ids)
                    )
                ),
                "scans": len(document.scan_ids),
            }
            for document in documents
        ]
