from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.service_crm.tools.batch import run_isolated

BATCH = 1000  # stages told of in one go
SHOWN = 20  # stages listed in one notice


class BpmToken(models.Model):
    """Token: notices to the responsible people.

    Who gets a stage is told by a job right after the commit: one notice per person for
    all that came together, nothing about what has been begun meanwhile. A stage may
    tell all its people, not only the one who was chosen.
    """

    _inherit = "bpm.token"

    notice_pending = fields.Boolean(readonly=True)

    _notice_idx = models.Index("(id) WHERE notice_pending")

    def _plan_notice(self):
        """Tell the responsible people, but not who moved the process himself."""
        others = self.filtered(
            lambda token: (
                token.stage_id.tells_all
                or (token.user_id and token.user_id.id != self.env.uid)
            )
        )
        if others:
            others.write({"notice_pending": True})
            cron = self.env["ir.model.data"]._xmlid_to_res_id(
                "service_crm_bpm.cron_notices", raise_if_not_found=False
            )
            # sudo: whoever moves a run wakes the program's own cron
            self.env["ir.cron"].sudo().browse(cron or ())._trigger()

    @api.model
    def _cron_send_notices(self):
        """Tell people of the stages they have got, batch by batch."""
        commit = self.env["ir.cron"]._commit_progress
        pending = [("notice_pending", "=", True)]
        commit(remaining=self.search_count(pending))
        while done := self._send_notices():
            if not commit(done):
                break

    @api.model
    def _send_notices(self):
        """One notice per person about what is pending.

        :return: how many stages were looked at
        """
        pending = self.search([("notice_pending", "=", True)], limit=BATCH, order="id")
        pending = pending.try_lock_for_update().filtered("notice_pending")
        pending.write({"notice_pending": False})
        news = pending.filtered(lambda t: t.state in ("open", "waiting"))
        told = news._get_told()

        def run(users):
            for user in users:
                told[user]._notify_user(user, self.env._("Your stage of a process"))

        def on_error(user, error):
            for token in told[user]:
                token._log("note", text=token._get_error_text(error))

        run_isolated(self.env, self.env["res.users"].union(*told), run, on_error)
        return len(pending)

    def _get_told(self):
        """Who is told of which of these stages: ``{user: tokens}``."""
        told = defaultdict(self.browse)
        for stage, tokens in self.grouped("stage_id").items():
            people = stage._get_candidates(tokens) if stage.tells_all else {}
            for token in tokens:
                for user in token.user_id | people.get(token, token.user_id):
                    told[user.sudo(False)] |= token
        return told

    def _notify_user(self, user, subject):
        """One notice about these stages.

        :param subject: words that say why
        """
        tokens = self.with_context(lang=user.lang)
        lines = Markup().join(
            Markup("<li><a href='%s'>%s</a></li>")
            % (token._get_card_url(), token._get_notice_text())
            for token in tokens[:SHOWN]
        )
        if len(self) > SHOWN:
            lines += Markup("<li>%s</li>") % self.env._(
                "and %(count)s more", count=len(self) - SHOWN
            )
        if len(self) == 1:
            subject = f"{subject}: {tokens._get_notice_text()}"
        run = self.instance_id if len(self.instance_id) == 1 else None
        self.env["mail.thread"].with_context(
            lang=user.lang, mail_notify_force_send=False
        ).message_notify(
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=Markup("<p>%s</p><ul>%s</ul>") % (subject, lines),
            model=run and run._name,
            res_id=run and run.id,
        )

    def _get_notice_text(self):
        """The stage and what it is about, in a few words."""
        self.ensure_one()
        return f"{self.stage_id.name} · {self.instance_id.display_name}"

    def _get_card_url(self):
        """Where the card of the run is found."""
        self.ensure_one()
        return f"/odoo/{self.instance_id._name}/{self.instance_id.id}"
