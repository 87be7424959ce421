from odoo import models

from ..tools.locks import take_turns


class CrmLead(models.Model):
    """Service request: the computed price put into its lines."""

    _inherit = "crm.lead"

    def _write_price_plan(self, plans):
        """Bring the lines of requests in line with their computed prices.

        Lines are recognised by their keys, so that none is doubled; what is offered or
        agreed already is not touched.

        :param dict plans: ``{request: [PlanLine]}``
        """
        lines = self.env["service.request.line"]
        doomed = lines
        to_create = []
        for lead, plan in plans.items():
            existing, spare = lead._get_lines_by_key()
            wanted = [line for line in plan if not line.locked]
            keys = {line.key for line in wanted}
            doomed |= spare.union(
                *(line for key, line in existing.items() if key not in keys)
            )
            for sequence, line in lead._number_lines(plan, existing):
                row = existing.get(line.key)
                values = lead._prepare_price_values(line)
                if sequence is not None:
                    values["sequence"] = sequence
                if row:
                    row._write_differences(values)
                else:
                    to_create.append(lead._prepare_new_line_values(line, values))
        if doomed or to_create:
            # Of two who price the same request at once the second one is tried again.
            take_turns(self)
        doomed.unlink()
        lines.create(to_create)

    def _get_lines_by_key(self):
        """The lines that may be changed: ``({key: line}, lines of no key)``.

        Lines of no key are doubles, and those of components or kits that are gone.
        """
        self.ensure_one()
        found = {}
        spare = self.env["service.request.line"]
        for line in self.request_line_ids.sorted("id"):
            if line.sale_state in ("sent", "sale"):
                continue
            key = ("line", line.id)
            if line.parent_line_id:
                part = line.component_id.id or -line.id
                key = ("component", ("line", line.parent_line_id.id), part)
            elif line.price_rule_id:
                key = ("rule", line.price_rule_id.id)
            if key in found:
                spare |= line
            else:
                found[key] = line
        return found, spare

    def _number_lines(self, plan, existing):
        """The lines to write with their sequence: components follow their kit.

        :return: ``[(sequence, or None where it stays, PlanLine)]``
        """
        computed = any(line.key[0] == "component" for line in plan)
        rows = []
        for number, line in enumerate(plan, start=1):
            if not line.locked:
                stays = not computed and line.key[0] != "rule"
                rows.append((None if stays else number * 10, line))
        return rows

    def _prepare_price_values(self, line):
        """What the computation says of a line, as values. Extension point.

        :param PlanLine line: after the rules
        """
        values = {
            "price_unit": line.price_unit,
            "discount": line.discount,
            "price_base": line.base_price,
            "discount_base": line.base_discount,
            "rule_reasons": "; ".join(line.reasons) or False,
            "trace": line.trace or False,
            "price_error": line.error or False,
            "currency_id": self._get_service_currency().id,
        }
        if line.listed is not None:
            values["price_listed"] = line.listed
        if line.key[0] == "rule":
            values.update(
                name=line.name,
                quantity=line.quantity,
                price_listed=line.price_unit,
                price_base=line.price_unit,
            )
        elif line.parent_key or line.quantity:
            values["quantity"] = line.quantity
        if line.parent_key:
            values["is_optional"] = line.is_optional
            values["is_chosen"] = line.is_chosen
        return values

    def _prepare_new_line_values(self, line, values):
        """Values of a line that a kit or a rule adds."""
        values = {
            **values,
            "request_id": self.id,
            "product_id": line.product_id or False,
            "product_uom_id": line.uom_id or False,
        }
        if line.key[0] == "rule":
            values["price_rule_id"] = line.key[1]
        else:
            _kind, (_line, parent), component = line.key
            values["parent_line_id"] = parent
            values["component_id"] = component
        return values
