from odoo import fields, models


class ServiceWorkOrderLine(models.Model):
    """What was done under a contract is consumption of the contract."""

    _inherit = "service.work.order.line"

    contract_use_ids = fields.One2many(
        "service.contract.use", "work_order_line_id", "Consumption of a Contract"
    )

    def _count_contract_uses(self):
        """Count what the contracts of the requests cover; each line once.

        What was agreed in an order is invoiced by the order and is not counted.
        """
        covered = self._get_contract_lines()
        done = self.filtered(lambda line: line in covered and not line.contract_use_ids)
        return self.env["service.contract.use"].create(
            [line._prepare_contract_use_values(covered[line]) for line in done]
        )

    def _get_contract_lines(self):
        """``{line: service of the contract}`` of what was done and has no order."""
        found = {}
        for line in self:
            contract = line.work_order_id.request_id.contract_id
            if (
                not line.sale_line_id
                and line.quantity_done > 0
                and contract.billing in ("period", "usage")
            ):
                service = contract.line_ids.filtered(
                    lambda service, product=line.product_id: (
                        service.product_id == product
                    )
                )
                if service and contract.state != "draft":
                    found[line] = service
        return found

    def _prepare_contract_use_values(self, service):
        """Values of the consumption that a work order line is. Extension point.

        :param service: ``service.contract.line``
        """
        self.ensure_one()
        visit = self.work_order_id
        contract = service.contract_id
        moment = visit.actual_end or visit.date_end or fields.Datetime.now()
        tz = contract._get_company_tz(contract.company_id)
        day = fields.Datetime.context_timestamp(visit.with_context(tz=tz), moment)
        return {
            "contract_id": contract.id,
            "line_id": service.id,
            "date": day.date(),
            "name": f"{visit.name}: {self.name}",
            "quantity": self.uom_id._compute_quantity(
                self.quantity_done, service.product_id.uom_id
            ),
            "work_order_line_id": self.id,
        }
