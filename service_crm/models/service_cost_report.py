from odoo import api, fields, models
from odoo.tools import SQL

from .resource_resource_cost import COST_GROUPS
from .service_work_order import WORK_ORDER_STATES


class ServiceCostReport(models.Model):
    """Planned against actual hours and cost: one row per line of a work order.

    The hours of a visit are those of all who go there; they are shared out among its
    services by their planned duration. A visit without lines is a row of its own. Where
    timesheets are kept on an order line, their hours and cost count instead of the
    clock of the visits.
    """

    _name = "service.cost.report"
    _description = "Hours and cost of orders"
    _auto = False
    _rec_name = "work_order_id"
    _order = "date desc, id desc"
    _depends = {
        "service.work.order": [
            "active",
            "actual_end",
            "actual_start",
            "company_id",
            "date_start",
            "hour_cost",
            "order_id",
            "partner_id",
            "people_count",
            "performer_id",
            "planned_hours",
            "request_id",
            "state",
            "team_id",
        ],
        "service.work.order.line": [
            "product_id",
            "quantity_done",
            "quantity_planned",
            "sale_line_id",
            "work_order_id",
        ],
        "crm.lead": ["team_id"],
        "sale.order": [
            "company_id",
            "currency_rate",
            "is_service",
            "opportunity_id",
            "partner_id",
            "team_id",
        ],
        "sale.order.line": [
            "discount",
            "order_id",
            "price_reduce_taxexcl",
            "price_unit",
            "product_uom_id",
        ],
        "product.product": ["product_tmpl_id", "standard_price"],
        "product.template": ["service_category_id", "service_duration", "type"],
    }

    date = fields.Datetime(readonly=True)
    work_order_id = fields.Many2one("service.work.order", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    request_id = fields.Many2one("crm.lead", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    performer_id = fields.Many2one(
        "resource.resource",
        readonly=True,
        help="Who leads the visit; the hours are those of all who go there.",
    )
    product_id = fields.Many2one("product.product", "Service", readonly=True)
    service_category_id = fields.Many2one("service.category", "Category", readonly=True)
    state = fields.Selection(WORK_ORDER_STATES, "Status", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    planned_hours = fields.Float(readonly=True)
    actual_hours = fields.Float(readonly=True)
    deviation_hours = fields.Float(
        "Hours Over Plan", readonly=True, help="Of finished works."
    )
    planned_cost = fields.Monetary(readonly=True, groups=COST_GROUPS)
    labour_cost = fields.Monetary(readonly=True, groups=COST_GROUPS)
    material_cost = fields.Monetary(readonly=True, groups=COST_GROUPS)
    cost = fields.Monetary("Actual Cost", readonly=True, groups=COST_GROUPS)
    revenue = fields.Monetary(readonly=True, help="Of what was done, without tax.")
    margin = fields.Monetary(readonly=True, groups=COST_GROUPS)

    @property
    def _table_query(self):
        """Rows of lines, of visits without lines, and of timesheets if kept."""
        rates = self.env["res.currency"]._get_simple_currency_table(self.env.companies)
        return SQL(
            """
            WITH %(timesheet)s,
            visit AS (
                SELECT *, state IN ('done', 'closed') AS is_finished,
                       COALESCE(planned_hours, 0) * people AS plan_hours,
                       CASE WHEN actual_end > actual_start THEN
                           EXTRACT(EPOCH FROM actual_end - actual_start) / 3600.0
                           * people
                           ELSE 0 END AS clock_hours,
                       COALESCE(hour_cost, 0) / people AS rate
                  FROM service_work_order,
               LATERAL (SELECT GREATEST(people_count, 1) AS people) who
                 WHERE state <> 'cancelled' AND active IS TRUE
            ),
            line AS (
                SELECT line.*, product.standard_price, template.service_category_id,
                       COALESCE(template.type = 'consu', FALSE) AS is_material,
                       COALESCE(template.service_duration, 0) * line.quantity_planned
                           AS plan_weight,
                       COALESCE(template.service_duration, 0) * line.quantity_done
                           AS done_weight,
                       COALESCE(unit.factor / NULLIF(own_unit.factor, 0), 1) AS units,
                       sale.order_id AS sale_id,
                       COALESCE(NULLIF(sale.price_reduce_taxexcl, 0),
                           sale.price_unit * (1 - COALESCE(sale.discount, 0) / 100.0),
                           0) AS price
                  FROM service_work_order_line line
             LEFT JOIN product_product product ON product.id = line.product_id
             LEFT JOIN product_template template
                    ON template.id = product.product_tmpl_id
             LEFT JOIN sale_order_line sale ON sale.id = line.sale_line_id
             LEFT JOIN uom_uom unit ON unit.id = sale.product_uom_id
             LEFT JOIN uom_uom own_unit ON own_unit.id = template.uom_id
            ),
            total AS (
                SELECT work_order_id, count(*) AS lines,
                       count(*) FILTER (WHERE NOT is_material) AS services,
                       sum(plan_weight) AS plan_weight,
                       sum(done_weight) AS done_weight
                  FROM line
              GROUP BY work_order_id
            ),
            share AS (
                SELECT line.*,
                       CASE WHEN total.plan_weight > 0
                            THEN line.plan_weight / total.plan_weight
                            WHEN total.services > 0
                            THEN (NOT line.is_material)::int / total.services::float
                            ELSE 1.0 / total.lines END AS planned,
                       CASE WHEN total.done_weight > 0
                            THEN line.done_weight / total.done_weight END AS done
                  FROM line
                  JOIN total ON total.work_order_id = line.work_order_id
            ),
            part AS (
                SELECT share.id * 3 AS id,
                       visit.id AS work_order_id,
                       COALESCE(share.sale_id, visit.order_id) AS order_id,
                       visit.company_id, visit.request_id, visit.partner_id,
                       visit.team_id, visit.performer_id, visit.state,
                       visit.is_finished,
                       COALESCE(visit.actual_start, visit.date_start,
                           visit.create_date) AS date,
                       share.product_id, share.service_category_id,
                       visit.plan_hours * share.planned AS planned_hours,
                       CASE WHEN timesheet.so_line IS NOT NULL THEN 0
                            ELSE visit.clock_hours
                                * COALESCE(share.done, share.planned) END
                           AS actual_hours,
                       visit.rate,
                       NULL::float AS sheet_cost,
                       COALESCE(share.is_material::int * share.units
                           * (share.standard_price ->> visit.company_id::text)::float,
                           0) AS unit_cost,
                       share.quantity_planned, share.quantity_done, share.price
                  FROM visit
                  JOIN share ON share.work_order_id = visit.id
             LEFT JOIN (SELECT DISTINCT so_line FROM timesheet) timesheet
                    ON timesheet.so_line = share.sale_line_id
             UNION ALL
                SELECT visit.id * 3 + 1, visit.id, visit.order_id, visit.company_id,
                       visit.request_id, visit.partner_id, visit.team_id,
                       visit.performer_id, visit.state, visit.is_finished,
                       COALESCE(visit.actual_start, visit.date_start,
                           visit.create_date),
                       NULL, NULL, visit.plan_hours, visit.clock_hours,
                       visit.rate, NULL, 0, 0, 0, 0
                  FROM visit
                 WHERE NOT EXISTS (SELECT FROM service_work_order_line line
                                    WHERE line.work_order_id = visit.id)
             UNION ALL
                SELECT sheet.id * 3 + 2, NULL, sale.order_id, sheet.company_id,
                       sold.opportunity_id, sold.partner_id,
                       COALESCE(request.team_id, sold.team_id),
                       sheet.performer_id, NULL,
                       NOT EXISTS (
                           SELECT FROM visit
                             JOIN line ON line.work_order_id = visit.id
                            WHERE line.sale_line_id = sheet.so_line
                              AND NOT visit.is_finished),
                       sheet.date + interval '12 hours', sale.product_id,
                       template.service_category_id, 0, sheet.hours, 0, sheet.cost,
                       0, 0, 0, 0
                  FROM timesheet sheet
                  JOIN sale_order_line sale ON sale.id = sheet.so_line
                  JOIN sale_order sold ON sold.id = sale.order_id
                   AND sold.is_service IS TRUE
             LEFT JOIN crm_lead request ON request.id = sold.opportunity_id
             LEFT JOIN product_product product ON product.id = sale.product_id
             LEFT JOIN product_template template
                    ON template.id = product.product_tmpl_id
            ),
            money AS (
                SELECT part.*, account_currency_table.rate AS currency,
                       COALESCE(part.sheet_cost, part.actual_hours * part.rate)
                           AS labour,
                       part.quantity_done * part.unit_cost AS material,
                       CASE WHEN part.is_finished
                            THEN part.quantity_done * part.price
                                / COALESCE(NULLIF(sale.currency_rate, 0), 1)
                            ELSE 0 END AS income
                  FROM part
             LEFT JOIN sale_order sale ON sale.id = part.order_id
                  JOIN %(rates)s
                    ON account_currency_table.company_id = part.company_id
            )
            SELECT id, date, work_order_id, order_id, request_id, partner_id, team_id,
                   performer_id, product_id, service_category_id, state, company_id,
                   %(currency_id)s AS currency_id,
                   planned_hours, actual_hours,
                   CASE WHEN is_finished THEN actual_hours - planned_hours ELSE 0 END
                       AS deviation_hours,
                   (planned_hours * rate + quantity_planned * unit_cost) * currency
                       AS planned_cost,
                   labour * currency AS labour_cost,
                   material * currency AS material_cost,
                   (labour + material) * currency AS cost,
                   income * currency AS revenue,
                   (income - labour - material) * currency AS margin
              FROM money
            """,
            timesheet=self._get_timesheet_query(),
            currency_id=self.env.company.currency_id.id,
            rates=rates,
        )

    @api.model
    def _get_timesheet_query(self):
        """Hours booked on order lines, where timesheets are installed. Extension point.

        :return: common table expression ``timesheet (id, so_line, company_id,
            performer_id, date, hours, cost)``
        """
        lines = self.env["account.analytic.line"]
        if "project_id" not in lines._fields:
            return SQL(
                """timesheet AS (
                    SELECT NULL::int AS id, NULL::int AS so_line,
                           NULL::int AS company_id, NULL::int AS performer_id,
                           NULL::date AS date, 0.0 AS hours, 0.0 AS cost
                     WHERE FALSE)"""
            )
        lines.flush_model()  # of a model that need not be there: not in `_depends`
        return SQL(
            """timesheet AS (
                SELECT sheet.id, sheet.so_line, sheet.company_id,
                       employee.resource_id AS performer_id, sheet.date,
                       sheet.unit_amount AS hours, -sheet.amount AS cost
                  FROM account_analytic_line sheet
             LEFT JOIN hr_employee employee ON employee.id = sheet.employee_id
                 WHERE sheet.project_id IS NOT NULL AND sheet.so_line IS NOT NULL)"""
        )

    @api.readonly
    def action_open_source(self):
        """Open the work order behind the row, of a timesheet its order."""
        self.ensure_one()
        self.check_access("read")
        if not self.work_order_id:
            return self.order_id._get_open_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.work_order_id.name,
            "res_model": "service.work.order",
            "res_id": self.work_order_id.id,
            "views": [(False, "form")],
        }
