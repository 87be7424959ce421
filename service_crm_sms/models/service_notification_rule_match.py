from ast import literal_eval
from uuid import uuid4

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import ormcache

from ..tools.occasion import Occasion
from .service_notification_rule import STAGE_EVENTS


class ServiceNotificationRule(models.Model):
    """Message rules: which of them react to an entry, and for which records."""

    _inherit = "service.notification.rule"

    def _get_condition(self):
        """The condition as a domain."""
        self.ensure_one()
        return Domain(literal_eval(self.condition or "[]"))

    @api.model
    @ormcache()
    def _get_rules_by_entry(self):
        """Active rules by what they react to, for all companies:
        ``{(model, field, kind, value): [rule id]}``; kind is ``entered``, ``moved`` or
        ``left``."""
        events = self._get_events()
        found = {}
        for rule in self.sudo().search([("active", "=", True)]):  # kept for all users
            event = events[rule.event]
            if event.get("date") or "field" not in event:
                continue
            value = event.get("value")
            if rule.event in STAGE_EVENTS:
                value = str(rule.stage_id.id)
            kind = "left" if event.get("left") else "entered"
            kind = "moved" if event.get("moved") else kind
            key = (event["model"], event["field"], kind, value)
            found.setdefault(key, []).append(rule.id)
        return found

    @api.model
    def _get_rule_ids(self, row):
        """Ids of the rules that react to a row of the phase log, by the event only.

        :param row: the row, or its values
        """
        rules = self._get_rules_by_entry()
        entry = (row["res_model"], row["field_name"])
        before, now = row["previous_value"], row["value"]
        keys = []
        if now:
            keys = [("entered", value) for value in {now, row["phase"] or None, None}]
        if before:
            keys.append(("left", before))
            keys += [("moved", None), ("moved", now)] if now else []
        return sorted(
            rule_id for key in keys for rule_id in rules.get((*entry, *key), ())
        )

    @api.model
    def _match_entries(self, rows):
        """Rules that react to log rows: ``{rule: rows}``, by the event only."""
        matched = {}
        for row in rows:
            for rule_id in self._get_rule_ids(row):
                matched.setdefault(rule_id, []).append(row.id)
        # sudo: rules work for everybody's steps
        return {
            self.sudo().browse(rule_id): rows.browse(row_ids)
            for rule_id, row_ids in matched.items()
        }

    def _filter_records(self, records):
        """Those of the records the rule is for: condition, company, team."""
        self.ensure_one()
        records = records.filtered_domain(self._get_condition())
        if self.company_id and "company_id" in records._fields:
            default = self.env.company
            records = records.filtered(
                lambda r: (r.company_id or default) == self.company_id
            )
        if keep := self._get_events()[self.event].get("filter"):
            records = getattr(records, keep)()
        if self.team_id and "team_id" in records._fields:
            records = records.filtered(lambda r: r.team_id == self.team_id)
        return records

    def _action_tell(self, records):
        """Tell what the rule says about records, for whom its conditions hold.

        The seam for actions and processes: a rule without an event of its own. Once
        per record and person, unless the rule says "again each time".
        """
        self.ensure_one()
        if self.active:
            call = uuid4().hex
            self.env["service.notification"]._notify_occasions(
                self, [Occasion(record_id, 0, call) for record_id in records.ids]
            )
