from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class ServiceWorkOrderOfferWizard(models.TransientModel):
    """Whom a visit is offered to, or which colleagues are asked to take it over."""

    _name = "service.work.order.offer.wizard"
    _description = "Offer a job to several"

    work_order_id = fields.Many2one("service.work.order", required=True, readonly=True)
    kind = fields.Selection(
        [("offer", "Offer"), ("hand_over", "Hand Over")], default="offer", required=True
    )
    # Anybody may name any visit here: only what he may read of it is shown.
    when_label = fields.Char(related="work_order_id.when_label", related_sudo=False)
    place_label = fields.Char(
        related="work_order_id.address_label", related_sudo=False, string="Place"
    )
    mode = fields.Selection(
        [
            ("first", "Who accepts first gets it"),
            ("choose", "I choose among those who would"),
        ],
        "Who Gets It",
        default="first",
        required=True,
    )
    date_expiry = fields.Datetime(
        "Answer Until",
        compute="_compute_date_expiry",
        store=True,
        readonly=False,
        help="Whoever has not answered by then is not asked any more.",
    )
    note = fields.Char("Remark")
    override_reason = fields.Char("Reason to Offer It All the Same")
    candidate_ids = fields.One2many(
        "service.work.order.offer.candidate",
        "wizard_id",
        "Performers",
        compute="_compute_candidate_ids",
        store=True,
        readonly=False,
    )
    colleague_ids = fields.Many2many(
        "resource.resource",
        string="Colleagues",
        domain="[('is_performer', '=', True), ('id', '!=', own_performer_id)]",
    )
    own_performer_id = fields.Many2one(
        related="work_order_id.performer_id", related_sudo=False
    )
    has_problems = fields.Boolean(compute="_compute_has_problems")

    @api.depends("work_order_id")
    def _compute_date_expiry(self):
        soon = fields.Datetime.now() + timedelta(hours=2)
        for wizard in self:
            start = wizard.work_order_id.date_start
            wizard.date_expiry = min(soon, start) if start else soon

    @api.depends("work_order_id", "kind")
    def _compute_candidate_ids(self):
        """Everybody of the team: who can come first and ticked, others with why not."""
        for wizard in self:
            order = wizard.work_order_id
            rows = []
            may_see = self.env.user._has_service_role("dispatcher")
            if order and wizard.kind == "offer" and may_see:
                people = self.env["resource.resource"].search(
                    wizard._get_candidates_domain()
                )
                found = order._get_candidates(people)
                rows = sorted(
                    (
                        wizard._prepare_candidate_row(performer, *found.get(performer))
                        for performer in people
                    ),
                    key=lambda row: (row["is_booked"], bool(row["problem"])),
                )
            wizard.candidate_ids = [
                Command.clear(),
                *(Command.create(row) for row in rows),
            ]

    @api.depends("candidate_ids.is_chosen", "candidate_ids.problem")
    def _compute_has_problems(self):
        for wizard in self:
            wizard.has_problems = any(
                row.is_chosen and row.problem for row in wizard.candidate_ids
            )

    def action_offer(self):
        """Ask those who were chosen."""
        self.ensure_one()
        order = self.work_order_id
        if self.kind == "hand_over":
            if not self.colleague_ids:
                raise UserError(self.env._("Choose at least one colleague."))
            order.action_hand_over(self.colleague_ids.ids, note=self.note)
        else:
            chosen = self.candidate_ids.filtered("is_chosen").performer_id
            order.action_offer_to(
                chosen.ids,
                mode=self.mode,
                date_expiry=self.date_expiry,
                note=self.note,
                reason=self.override_reason,
            )
        return {"type": "ir.actions.act_window_close"}

    def _get_candidates_domain(self):
        """Who may be asked: performers of the company and the team. Extension point."""
        order = self.work_order_id
        asked = order.offer_ids.filtered(lambda o: o.state in ("open", "accepted"))
        return (
            Domain("is_performer", "=", True)
            & Domain("company_id", "in", [order.company_id.id, False])
            & Domain("id", "not in", asked.performer_id.ids)
            & (
                Domain("service_team_ids", "=", False)
                | Domain("service_team_ids", "in", order.team_id.ids)
            )
        )

    def _prepare_candidate_row(self, performer, booked, problems):
        """Values of one performer to choose; a crew is asked where one is needed."""
        problem = booked or " ".join(problems)
        is_alone = performer.resource_type == "user" and not performer.is_crew
        return {
            "performer_id": performer.id,
            "is_booked": bool(booked),
            "problem": problem,
            "is_chosen": not problem and (is_alone or self.work_order_id.crew_size > 1),
        }


class ServiceWorkOrderOfferCandidate(models.TransientModel):
    """One performer whom a visit may be offered to."""

    _name = "service.work.order.offer.candidate"
    _description = "Performer to ask"

    wizard_id = fields.Many2one(
        "service.work.order.offer.wizard", required=True, ondelete="cascade", index=True
    )
    performer_id = fields.Many2one("resource.resource", required=True, readonly=True)
    is_chosen = fields.Boolean("Ask")
    is_booked = fields.Boolean("Cannot Come")
    problem = fields.Char("What Speaks Against It")
