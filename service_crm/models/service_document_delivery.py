from odoo import fields, models


class ServiceDocument(models.Model):
    """Delivery order: who brings the goods, with what, where to and when."""

    _inherit = "service.document"

    vehicle = fields.Char(help="Make and number plate.")
    delivery_from = fields.Datetime("Deliver From")
    delivery_to = fields.Datetime("Deliver Until")
    delivery_address_id = fields.Many2one(
        "res.partner",
        "Deliver To",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    _delivery_window = models.Constraint(
        "CHECK(delivery_to IS NULL OR delivery_from IS NULL "
        "OR delivery_to > delivery_from)",
        "The window of a delivery ends after it begins.",
    )

    def _prepare_source_values(self):
        """A delivery is the visit that brings the goods: its performer, site, time."""
        values = super()._prepare_source_values()
        visit = self.work_order_id
        if not visit and self.kind == "delivery_order":
            visit = self._get_visits()[:1]
        if visit:
            values["performer_id"] = visit.performer_id.id
        if self.kind in ("delivery_order", "waybill", "work_order") and visit:
            values["delivery_address_id"] = (visit.site_id or visit.partner_id).id
        if self.kind in ("delivery_order", "work_order") and visit:
            values |= {
                "delivery_from": visit.date_start,
                "delivery_to": visit.date_end,
            }
        return values

    def _get_issue_problems(self):
        """A delivery order says who drives, where to and when."""
        problems = super()._get_issue_problems()
        for document in self.filtered(lambda doc: doc.kind == "delivery_order"):
            for is_given, words in (
                (document.performer_id, self.env._("choose the driver.")),
                (
                    document.delivery_address_id,
                    self.env._("say where the goods are brought to."),
                ),
                (
                    document.delivery_from and document.delivery_to,
                    self.env._("set the window of the delivery."),
                ),
            ):
                if not is_given:
                    problems[document].append(words)
        return problems
