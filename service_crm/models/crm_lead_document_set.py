from odoo import fields, models

from ..tools.document_set import JobFacts, asks_for_services, get_default_set


class CrmLead(models.Model):
    """Service request: which documents belong to it, by default or as chosen."""

    _inherit = "crm.lead"

    document_need_ids = fields.One2many(
        "service.document.need",
        "request_id",
        "Own Set of Documents",
        help="Empty: the default set of the kinds of documents.",
    )

    # -- actions

    def action_change_document_set(self):
        """Let the manager choose the documents of this request (not of others)."""
        self.ensure_one()
        self._check_service_role("manager")
        self.check_access("write")
        if not self.document_need_ids:
            kinds = self._get_document_sets()[self]
            self.env["service.document.need"].create(
                [
                    {
                        "request_id": self.id,
                        "type_id": type_id,
                        "is_required": is_required,
                    }
                    for type_id, is_required in kinds.items()
                ]
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Documents of This Request"),
            "res_model": "crm.lead",
            "res_id": self.id,
            "views": [
                (self.env.ref("service_crm.crm_lead_view_document_set").id, "form")
            ],
            "target": "new",
        }

    def action_reset_document_set(self):
        """Back to the default set."""
        self._check_service_role("manager")
        self.check_access("write")
        self.document_need_ids.unlink()
        return True

    # -- helpers

    def _get_document_sets(self):
        """``{request: {kind id: whether it is required}}``: the own set or the default.

        Constant queries; none but the first for requests with the default set.
        """
        own = {}
        for request, type_id, is_required in self.env[
            "service.document.need"
        ]._read_group(
            [("request_id", "in", self.ids)], ["request_id", "type_id", "is_required"]
        ):
            own.setdefault(request.id, {})[type_id.id] = is_required
        rules = self.env["service.document.type"]._get_type_rules()
        with_services = asks_for_services(rules.values())
        return {
            request: own[request.id]
            if request.id in own
            else get_default_set(
                rules.values(), request._get_job_facts(with_services=with_services)
            )
            for request in self
        }

    def _get_job_facts(self, with_services=True):
        """What decides about the default set. Extension point."""
        products = self.env["product.template"]
        if with_services:
            products = self.request_line_ids.product_id.product_tmpl_id
        return JobFacts(
            company_id=self.company_id.id or 0,
            team_id=self.team_id.id or 0,
            category_ids=frozenset(
                int(number)
                for category in products.service_category_id
                for number in category.parent_path.split("/")[:-1]
            ),
            product_ids=frozenset(products.ids),
        )
