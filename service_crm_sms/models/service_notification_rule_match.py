from ast import literal_eval

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import ormcache


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
        ``{(model, field): [(rule id, value, moved)]}``."""
        events = self._get_events()
        found = {}
        for rule in self.sudo().search([("active", "=", True)]):  # kept for all users
            event = events[rule.event]
            value = event.get("value")
            if rule.event == "request_stage":
                value = str(rule.stage_id.id)
            found.setdefault((event["model"], event["field"]), []).append(
                (rule.id, value, event.get("moved", False))
            )
        return found

    @api.model
    def _get_rule_ids(self, row):
        """Ids of the rules that react to a row of the phase log, by the event only.

        :param row: the row, or its values
        """
        rules = self._get_rules_by_entry().get((row["res_model"], row["field_name"]))
        if not (rules and row["value"]):
            return []
        return [
            rule_id
            for rule_id, value, moved in rules
            if (value is None or value in (row["value"], row["phase"]))
            and (row["previous_value"] or not moved)
        ]

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
        if self.company_id:
            default = self.env.company
            records = records.filtered(
                lambda r: (r.company_id or default) == self.company_id
            )
        if self.team_id:
            records = records.filtered(lambda r: r.team_id == self.team_id)
        return records
