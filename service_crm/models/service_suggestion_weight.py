from odoo import api, fields, models
from odoo.tools import ormcache

from ..tools.suggestion_rank import LEVELS


class ServiceSuggestionWeight(models.Model):
    """How much a reason counts when performers and times are suggested."""

    _name = "service.suggestion.weight"
    _inherit = ["service.cached.mixin"]
    _description = "What counts in suggestions"
    _order = "sequence, id"
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True)
    name = fields.Char("What Counts", compute="_compute_name")
    explanation = fields.Char("What It Means", compute="_compute_name")
    sequence = fields.Integer(default=10)
    level = fields.Selection(
        [
            ("off", "Not at All"),
            ("little", "A Little"),
            ("normal", "Normally"),
            ("much", "Much"),
            ("most", "Above All"),
        ],
        "How Much",
        default="normal",
        required=True,
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="For this company only; empty: wherever a company says nothing else.",
    )

    _key_uniq = models.UniqueIndex(
        "(key, coalesce(company_id, 0))", "This is set for this company already."
    )

    @api.depends("key")
    @api.depends_context("lang")
    def _compute_name(self):
        known = self._get_weights()
        for weight in self:
            weight.name, weight.explanation, _level = known.get(
                weight.key, (weight.key, "", "off")
            )

    @api.model
    def _get_weights(self):
        """What may count: ``{key: (name, explanation, level unless set)}``.

        Registry and extension point: a further one is one entry here, the method
        ``_measure_suggestion_<key>(slot, facts)`` of ``service.work.order``, and a call
        of ``_ensure_weights`` in the addon's data.
        """
        return {
            "urgency": (
                self.env._("Deadline, and the sooner the better"),
                self.env._("The later, the lower; after the deadline comes last."),
                "normal",
            ),
            "wish": (
                self.env._("The time the customer wished"),
                self.env._("The further from the wished time, the lower."),
                "much",
            ),
            "travel": (
                self.env._("Short ways"),
                self.env._("The more extra minutes on the road, the lower."),
                "much",
            ),
            "personal": (
                self.env._("The customer's personal performer"),
                self.env._("When the customer has one, everybody else stands lower."),
                "much",
            ),
            "known": (
                self.env._("Who was there before"),
                self.env._("Who has not been at this customer stands lower."),
                "little",
            ),
            "load": (
                self.env._("Even days"),
                self.env._("The fuller the day already is, the lower."),
                "normal",
            ),
            "fairness": (
                self.env._("Work shared out fairly"),
                self.env._("Who has much work in these days stands lower."),
                "little",
            ),
            "stability": (
                self.env._("What was told stays"),
                self.env._(
                    "A time or performer other than the one already told stands lower."
                ),
                "much",
            ),
        }

    @api.model
    @ormcache("company_id")
    def _get_levels(self, company_id):
        """How much each counts in a company: ``{key: number}``."""
        levels = {key: entry[2] for key, entry in self._get_weights().items()}
        # sudo: who asks for suggestions need not see the settings
        for weight in self.sudo().search(
            [("company_id", "in", (False, company_id))],
            order="company_id DESC NULLS FIRST",
        ):
            if weight.key in levels:
                levels[weight.key] = weight.level
        return {key: LEVELS[level] for key, level in levels.items()}

    @api.model
    def _ensure_weights(self):
        """A row for everything that may count; run by the data of the addons."""
        known = self._get_weights()
        present = self.search([("company_id", "=", False)]).mapped("key")
        self.create(
            [
                {"key": key, "level": known[key][2], "sequence": place}
                for place, key in enumerate(known)
                if key not in present
            ]
        )
