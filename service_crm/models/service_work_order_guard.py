from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..tools.work_order_steps import UNDER_WAY
from .service_work_order import PLAN_FIELDS

# Only the steps write these; for everybody else they are facts.
STEP_FIELDS = frozenset(
    {
        "name",
        "state",
        "slot_state",
        "customer_confirmed",
        "performer_confirmed",
        "performer_user_id",
        "booked_ids",
        "has_open_offers",
        "plan_version",
        "departed_at",
        "series_id",
        "series_date",
        "series_start",
        "actual_start",
        "actual_end",
        "cancel_reason",
    }
)
# What a performer hands in; the lines watch over themselves.
PERFORMER_FIELDS = frozenset(
    {
        "report",
        "photo_ids",
        "problem_code_ids",
        "signature",
        "signed_by",
        "line_ids",
    }
)


class ServiceWorkOrder(models.Model):
    """Work order: what is written by steps only, and what by whom."""

    _inherit = "service.work.order"

    @api.model
    def _get_step_fields(self):
        """Names of the fields that steps write, and nobody by hand."""
        return STEP_FIELDS

    def _check_fields_by_hand(self, vals, creating=False):
        """Refuse what a user may not write by hand (form, import, RPC).

        Steps run as the system after their own checks and are not asked here.
        """
        forged = STEP_FIELDS & vals.keys()
        if creating:
            # A form sends the values it was opened with.
            forged = {name for name in forged if vals[name] not in (False, "draft")}
            forged -= {"slot_state", "performer_user_id", "plan_version"}
        if forged:
            raise AccessError(
                self.env._(
                    "%(fields)s: changed only by the steps of a work order.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(forged)
                    ),
                )
            )
        if creating:
            return
        closed = self.filtered(lambda order: order.state in ("closed", "cancelled"))
        if closed and vals.keys() - {"active"}:
            raise UserError(
                self.env._(
                    "%(numbers)s: closed work orders are no longer changed.",
                    numbers=", ".join(closed.mapped("name")),
                )
            )
        if not self.env.user.has_group("service_crm.group_service_dispatcher"):
            self._check_fields_of_performer(vals)
        elif PLAN_FIELDS & vals.keys():
            self._check_fields_of_plan()

    def _check_fields_of_performer(self, vals):
        """A performer hands in what was done, on own orders he is working on."""
        foreign = vals.keys() - PERFORMER_FIELDS
        if foreign:
            raise AccessError(
                self.env._(
                    "A performer hands in report, photos, signature and quantities; "
                    "ask the dispatcher to change: %(fields)s.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        if name in self._fields
                        else name
                        for name in sorted(foreign)
                    ),
                )
            )
        self._check_open_for_performer()

    def _check_open_for_performer(self):
        """What a performer hands in belongs to an order he is working on."""
        shut = self.filtered(lambda o: o.state not in ("assigned", *UNDER_WAY))
        if shut:
            raise UserError(
                self.env._(
                    "%(numbers)s: handed in already, or not yours to work on. Ask the "
                    "dispatcher to send it back to you.",
                    numbers=", ".join(shut.mapped("name")),
                )
            )

    def _check_fields_of_plan(self):
        """Time and performer are chosen freely only until somebody was told."""
        told = self.filtered(lambda order: order.state != "draft")
        if told:
            raise UserError(
                self.env._(
                    "%(numbers)s: the performer was already told. Use Reschedule, "
                    "which asks for the reason and lets everybody confirm again.",
                    numbers=", ".join(told.mapped("name")),
                )
            )
