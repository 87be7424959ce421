from decimal import Decimal

from odoo import models

from ..tools.expression import ExpressionError
from ..tools.kit import KitProblem, compute_part, compute_quantity, share_types
from ..tools.units import Quantity


class CrmLead(models.Model):
    """Service request: kits taken apart by the formulas of their components."""

    _inherit = "crm.lead"

    def _explode_line(self, line, values, shared):
        """A service, followed by its components when it is a kit.

        A kit that can not be computed keeps the lines it has, and says why.

        :param dict values: the answers that count for it
        :param dict shared: as of `_prepare_plan_data`
        :return: list of PlanLine
        """
        self.ensure_one()
        item = line.product_id.product_tmpl_id
        plan = self._make_plan_line(("line", line.id), line, shared)
        parts = []
        if item.is_kit and not plan.locked:
            if item._has_component_prices():
                plan.kind = "kit"
            try:
                self._check_kit(line, shared)
                return [plan, *self._compute_kit(plan, line, values, shared)]
            except KitProblem as problem:
                plan.error = str(problem)
        for part in line.component_line_ids:
            key = ("component", plan.key, part.component_id.id or -part.id)
            kept = self._make_plan_line(key, part, shared, parent_key=plan.key)
            kept.trace = part.trace or ""
            parts.append(kept)
        return [plan, *parts]

    def _check_kit(self, line, shared):
        """Refuse a kit that can not be computed as long as something is missing."""
        item = line.product_id.product_tmpl_id
        problems = []
        if item.kit_state != "published":
            problems.append(
                self.env._(
                    "%(kit)s is in preparation: publish the kit, or choose another "
                    "service.",
                    kit=item.display_name,
                )
            )
        for product in line.product_id | item.component_ids.product_id:
            if not product.active:
                problems.append(
                    self.env._(
                        "%(item)s is no longer in the catalogue (archived). Choose "
                        "another service, or ask the administrator to replace it in "
                        "the kit.",
                        item=product.display_name,
                    )
                )
        missing = []
        for parameter, answer in self._get_kit_answers(line, shared):
            if answer is None:
                missing.append(parameter.name)
            elif problem := parameter._get_answer_problem(answer):
                problems.append(problem)
        if missing:
            problems.append(
                self.env._("Still to ask: %(names)s.", names=", ".join(missing))
            )
        if problems:
            raise KitProblem(" ".join(problems))

    def _get_kit_answers(self, line, shared):
        """The answers the formulas of a kit need: ``[(parameter, answer or None)]``."""
        item = line.product_id.product_tmpl_id
        if item not in shared["needed"]:
            shared["needed"][item] = item._get_formula_parameters(shared["parameters"])
        rows = shared["answers"][self]
        no_line = line.browse()
        return [
            (
                parameter,
                rows.get((line if parameter.scope == "line" else no_line, parameter)),
            )
            for parameter in shared["needed"][item]
        ]

    def _compute_kit(self, plan, line, values, shared):
        """The components of a kit; ``plan`` gets the quantity by its own formula.

        :return: list of PlanLine
        :raise KitProblem: naming the formula and the place
        """
        item = line.product_id.product_tmpl_id
        types, digits = shared["types"], shared["digits"]
        times = Decimal(f"{line.quantity:.6f}").normalize()
        if item.kit_formula:
            unit = shared["units"][line.product_id.uom_id]
            quantity, plan.trace = self._run_formula(
                item,
                self.env["product.product"],
                item.kit_formula,
                lambda: compute_quantity(
                    item.kit_formula,
                    unit,
                    values,
                    frozenset(types.items()),
                    shared["point"],
                ),
            )
            times = quantity.quantize(Decimal(1).scaleb(-digits))
            plan.quantity = float(times)
            values = {**values, "quantity": Quantity(times, unit)}
            types = {**types, "quantity": unit}
        types = share_types(frozenset(types.items()))
        present = {row.component_id: row for row in line.component_line_ids}
        result = []
        for component in item.component_ids:
            part = shared["parts"][component]
            by_itself = item.kit_formula and part.formula
            quantity, trace = self._run_formula(
                item,
                component.product_id,
                part.formula or part.condition,
                lambda part=part, alone=by_itself: compute_part(
                    part,
                    Decimal(1) if alone else times,
                    values,
                    types,
                    digits,
                    shared["point"],
                ),
            )
            if not quantity:
                continue
            row = present.get(component, line.browse())
            result.append(
                self._make_plan_line(
                    ("component", plan.key, component.id),
                    row,
                    shared,
                    product=component.product_id,
                    quantity=float(quantity),
                    trace=trace,
                    parent_key=plan.key,
                    is_optional=component.is_optional or plan.is_optional,
                    is_chosen=plan.is_chosen if plan.is_optional else row.is_chosen,
                )
            )
        return result

    def _get_missing_for_quotation(self):
        """No offer is made of a kit that could not be computed."""
        missing = super()._get_missing_for_quotation()
        for line in self.request_line_ids.filtered("price_error"):
            missing.append(
                self.env._(
                    "%(service)s (%(problem)s)",
                    service=line.product_id.display_name or line.name,
                    problem=line.price_error,
                )
            )
        return missing

    def _run_formula(self, item, product, text, compute):
        """The result of a formula; an error names kit, component and place."""
        try:
            return compute()
        except ExpressionError as error:
            names = [item.display_name, product.display_name]
            raise KitProblem(
                self.env["service.expression"]._get_error_text(
                    error, ": ".join(name for name in names if name), text
                )
            ) from None
