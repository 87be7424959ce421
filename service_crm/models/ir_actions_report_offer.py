from odoo import models


class IrActionsReport(models.Model):
    """Wherever Odoo prints a quotation, a service order looks like our offer.

    The customer's page, the signed copy, the letters: they all name Odoo's report.
    """

    _inherit = "ir.actions.report"

    def _get_offer_report(self, report_ref, res_ids):
        """Our form when all the records printed by Odoo's are service orders."""
        report = self._get_report(report_ref)
        if report.report_name == "sale.report_saleorder" and res_ids:
            orders = self.env["sale.order"].browse(res_ids)
            if all(orders.mapped("is_service")):
                return self._get_report("service_crm.action_report_service_offer")
        return report_ref

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        report_ref = self._get_offer_report(report_ref, res_ids)
        return super()._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)

    def _render_qweb_html(self, report_ref, docids, data=None):
        report_ref = self._get_offer_report(report_ref, docids)
        return super()._render_qweb_html(report_ref, docids, data=data)
