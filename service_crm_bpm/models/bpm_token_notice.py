from odoo import api, fields, models
from odoo.fields import Domain

# What changes whom a stage waits for.
NOTICED = frozenset({"is_seen", "state", "user_id"})
SHOWN = 8  # stages in the menu bar


class BpmToken(models.Model):
    """Token: the notice in the menu bar of who is responsible, orange until seen."""

    _inherit = "bpm.token"

    def _on_placed(self):
        """Who was chosen by hand sees the run, and that something waits."""
        result = super()._on_placed()
        assigned = self.filtered("user_id")
        assigned._admit_responsible()
        assigned._notice_later(assigned.user_id)
        return result

    def write(self, vals):
        before = self.user_id if "user_id" in vals else self.env["res.users"]
        result = super().write(vals)
        if vals.get("user_id"):
            self._admit_responsible()
        if not NOTICED.isdisjoint(vals):
            self._notice_later(before | self.user_id)
        return result

    def _admit_responsible(self):
        """Add responsible people to the lists of their restricted runs."""
        for user, tokens in self.grouped("user_id").items():
            runs = tokens.instance_id.filtered(
                lambda run, u=user: run.is_restricted and u not in run.member_ids
            )
            if runs:
                # sudo: written by the engine, which assigned the stage
                runs.sudo().member_ids = [fields.Command.link(user.id)]

    @api.model
    def _notice_later(self, users):
        """Have the browsers of users look again, once per transaction."""
        if not users:
            return
        precommit = self.env.cr.precommit
        waiting = precommit.data.get("bpm.token.notice")
        if waiting is None:
            waiting = precommit.data["bpm.token.notice"] = set()

            @precommit.add
            def _notice():
                precommit.data.pop("bpm.token.notice", None)
                # sudo: the browsers of other users are told to look again
                for user in self.env["res.users"].sudo().browse(waiting):
                    user._bus_send("bpm.token/changed", {})

        waiting.update(users.ids)

    @api.model
    def action_get_waiting(self):
        """What the menu bar shows: how many stages wait for the user, the newest."""
        domain = self._get_mine_domain()
        new = Domain("user_id", "=", self.env.uid) & Domain("is_seen", "=", False)
        tokens = self.search(
            domain, order="is_seen, date_deadline NULLS LAST, id desc", limit=SHOWN
        )
        return {
            "open": self.search_count(domain),
            "new": self.search_count(domain & new),
            "rows": [
                {
                    "id": token.id,
                    "name": token.stage_id.sudo().name,  # of a run the user sees
                    "run": token.instance_id.name,
                    "deadline": fields.Datetime.to_string(token.date_deadline) or "",
                    "late": token.is_late,
                    "seen": token.is_seen or token.user_id != self.env.user,
                }
                for token in tokens
            ],
        }

    def action_seen(self):
        """The responsible has looked at these stages."""
        self.check_access("read")
        self._mark_seen()
        return True

    def _mark_seen(self):
        """Stages of the present user are new no more."""
        # sudo: stages of runs are written by steps only
        self.sudo().filtered(
            lambda token: not token.is_seen and token.user_id == self.env.user
        ).is_seen = True

    def action_open_card(self):
        """The card of the run; the stage is seen now."""
        self.ensure_one()
        self.check_access("read")
        self._mark_seen()
        return self.instance_id._get_card_action()

    def action_open_journal(self):
        """The journal with the run of the notice only; the stage is seen now."""
        self.check_access("read")
        self._mark_seen()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm_bpm.action_bpm_journal"
        )
        return {
            **action,
            "domain": [("id", "in", self.instance_id.ids)],
            "context": {},
        }
