from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from .ir_websocket import DISPATCH_CHANNEL

# Whoever planned by other values of these is told before anything is overwritten.
VERSION_FIELDS = frozenset({"performer_id", "date_start", "date_end", "state"})
# What the dispatch board shows of an order.
BOARD_FIELDS = VERSION_FIELDS | {
    "active",
    "actual_end",
    "actual_start",
    "customer_confirmed",
    "order_id",
    "override_reason",
    "partner_id",
    "planned_hours",
    "priority",
    "request_id",
    "site_id",
    "slot_state",
    "window_end",
    "window_start",
}
CHANGED = "service_dispatch_changed"
AUTHOR = "service_dispatch_author"


class ServiceWorkOrder(models.Model):
    """Work order: changes of its plan are counted, and told to who dispatches."""

    _inherit = "service.work.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        self.env.cr.precommit.data[AUTHOR] = self.env.uid
        orders._note_dispatch_change()
        return orders

    def write(self, vals):
        if BOARD_FIELDS & vals.keys():
            # It may be flushed later, in the name of somebody else.
            self.env.cr.precommit.data[AUTHOR] = self.env.uid
        helpers = [order.helper_ids for order in self] if "helper_ids" in vals else []
        result = super().write(vals)
        if helpers:
            self.browse(
                order.id
                for order, before in zip(self, helpers, strict=True)
                if order.helper_ids != before
            )._count_plan_change()
        return result

    def unlink(self):
        self._note_dispatch_change()
        return super().unlink()

    def _write_multi(self, vals_list):
        """Count what changes the plan in the very update that changes it."""
        changed = []
        counted = []
        version = self._fields["plan_version"]
        for order, vals in zip(self, vals_list, strict=True):
            if BOARD_FIELDS & vals.keys():
                changed.append(order.id)
            if VERSION_FIELDS & vals.keys() and "plan_version" not in vals:
                # One query for all when they are not in memory yet.
                number = self.browse(order.id).with_prefetch(self._ids).plan_version
                vals = {**vals, "plan_version": number + 1}
                version._update_cache(order, number + 1)
            counted.append(vals)
        if changed:
            self.browse(changed)._note_dispatch_change()
        return super()._write_multi(counted)

    def _count_plan_change(self):
        """Count a change of what the table itself does not show (who goes along)."""
        if not self:
            return
        self.flush_recordset(["plan_version"])
        self.env.execute_query(
            SQL(
                """
                UPDATE service_work_order SET plan_version = plan_version + 1
                 WHERE id IN %s RETURNING id
                """,
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["plan_version"], flush=False)
        self._note_dispatch_change()

    def _note_dispatch_change(self):
        """Tell the boards of these orders once, at the end of the transaction."""
        precommit = self.env.cr.precommit
        if CHANGED not in precommit.data:
            precommit.data[CHANGED] = {}
            precommit.add(self._send_dispatch_changes)
        noted = precommit.data[CHANGED]
        # sudo: the company of an order decides who is told
        for order in self.sudo():
            noted.setdefault(order.company_id.id, set()).add(order.id)

    @api.model
    def _send_dispatch_changes(self):
        """Send what was noted to the boards (called before the commit)."""
        data = self.env.cr.precommit.data
        noted = data.pop(CHANGED, {})
        author = data.pop(AUTHOR, self.env.uid)
        bus = self.with_user(SUPERUSER_ID).env["bus.bus"]  # in nobody's name
        for company_id, ids in noted.items():
            bus._sendone(
                (self.env["res.company"].browse(company_id), DISPATCH_CHANNEL),
                CHANGED,
                {"ids": sorted(ids), "by": author},
            )
