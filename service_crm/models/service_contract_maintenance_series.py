from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class ServiceContractMaintenance(models.Model):
    """Maintenance whose visits are planned: they make the requests."""

    _inherit = "service.contract.maintenance"

    series_ids = fields.One2many(
        "service.visit.series", "maintenance_id", "Recurring Visits"
    )
    has_series = fields.Boolean(compute="_compute_has_series", compute_sudo=True)

    @api.depends("series_ids.state")
    def _compute_has_series(self):
        for row in self:
            row.has_series = any(
                s.state in ("running", "paused") for s in row.series_ids
            )

    @api.model
    def _get_due_domain(self):
        """Without those whose requests come with their visits."""
        return super()._get_due_domain() & Domain(
            "series_ids", "not any", [("state", "in", ("running", "paused"))]
        )

    def action_plan_visits(self):
        """Make recurring visits of the maintenance, with a time and a performer."""
        self.ensure_one()
        self.env.user._check_service_role("manager", "dispatcher")
        self.check_access("read")
        # sudo: those of a closed team are there as well, and must not be made twice
        series = self.sudo().series_ids.filtered(lambda s: s.state != "ended")[:1]
        series = series.sudo(False)
        series.check_access("read")
        if not series:
            if self.contract_id.state in ("cancelled", "expired"):
                raise UserError(self.env._("The contract is not in force any more."))
            series = self.env["service.visit.series"].create(
                self._prepare_series_values()
            )
        return {
            "type": "ir.actions.act_window",
            "name": series.name,
            "res_model": "service.visit.series",
            "res_id": series.id,
            "view_mode": "form",
        }

    def _prepare_series_values(self):
        """Values of the recurring visits of a maintenance. Extension point."""
        self.ensure_one()
        values = {
            "name": self.name or self.contract_id.subject,
            "contract_id": self.contract_id.id,
            "maintenance_id": self.id,
            "equipment_id": self.equipment_id.id,
            "interval": self.every_months,
            "frequency": "month",
            "date_first": self.date_next or self.date_first,
            "request_days": self.days_before,
        }
        if self.site_id:
            values["site_id"] = self.site_id.id
        if self.product_id:
            values["line_ids"] = [Command.create({"product_id": self.product_id.id})]
        return values
