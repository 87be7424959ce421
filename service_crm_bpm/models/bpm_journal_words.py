from markupsafe import Markup

from odoo import api, fields, models


class BpmJournal(models.Model):
    """Protocol: its rows as sentences."""

    _inherit = "bpm.journal"

    sentence = fields.Html("What Happened", compute="_compute_sentence", sanitize=False)

    @api.depends_context("lang")
    @api.depends("event")
    def _compute_sentence(self):
        """“Irina finished *Prepare offer* with *agreed* after 2 h 10 min”."""
        for row in self:
            words = row._get_sentence_words()
            sentence = row._get_sentence()
            text = Markup(sentence) % words if sentence else Markup("")
            row.sentence = text + row._get_sentence_end(words)

    @api.model
    def _get_sentences(self):
        """``{event: sentence}``; each uses any of who, stage, target, result, from, to,
        text. Extension point."""
        return {
            "start": self.env._("%(who)s started the process"),
            "enter": self.env._("%(stage)s is next"),
            "begin": self.env._("%(who)s began %(stage)s"),
            "leave": self.env._("%(who)s finished %(stage)s"),
            "fail": self.env._("%(stage)s failed"),
            "retry": self.env._("%(who)s tried %(stage)s again"),
            "pause": self.env._("%(who)s paused the process"),
            "resume": self.env._("%(who)s resumed the process"),
            "cancel": self.env._("%(who)s cancelled the process"),
            "skip": self.env._("%(who)s skipped %(stage)s"),
            "back": self.env._("%(who)s stepped back from %(stage)s"),
            "assign": self.env._("%(who)s handed over %(stage)s"),
            "change": self.env._("%(who)s changed: %(text)s"),
            "child": self.env._("A child process of %(stage)s"),
            "approval": self.env._("Approval at %(stage)s"),
            "event": self.env._("Something happened at %(stage)s"),
            "robot": self.env._("A robot worked at %(stage)s"),
            "note": self.env._("%(who)s noted"),
            "migrate": self.env._("%(who)s moved the process to another version"),
            "end": self.env._("The process ended"),
        }

    def _get_sentence(self):
        """The beginning of the sentence of a row."""
        self.ensure_one()
        # sudo: the stage is part of the row
        stage = self.sudo().stage_id
        if self.event == "leave" and stage and not stage._has_person():
            return self.env._("%(stage)s is done")
        return self._get_sentences().get(self.event)

    def _get_sentence_words(self):
        """The words of a row, names in bold."""
        self.ensure_one()
        bold = lambda text: Markup("<b>%s</b>") % text if text else Markup("")  # noqa: E731
        # sudo: who did it and at which stage is part of the row
        row = self.sudo()
        by_itself = not row.user_id or row.user_id._is_superuser()
        return {
            "who": self.env._("The system") if by_itself else row.user_id.name,
            "stage": bold(row.stage_id.name or self.env._("the process")),
            "target": bold(row.target_id.name),
            "result": bold(row.result),
            "from": bold(row.value_from),
            "to": bold(row.value_to),
            "text": row.text or "",
        }

    def _get_sentence_end(self, words):
        """What follows the sentence: result, from and to, duration, the text."""
        self.ensure_one()
        end = Markup("")
        if words["result"]:
            end += Markup(self.env._(" with %(result)s")) % words
        if words["target"]:
            end += Markup(self.env._(" to %(target)s")) % words
        if words["from"] and words["to"]:
            end += Markup(self.env._(" from %(from)s to %(to)s")) % words
        elif words["to"]:
            end += Markup(" → %(to)s") % words
        elif words["from"]:
            end += Markup(self.env._(" (was %(from)s)")) % words
        if self.hours:
            end += Markup(self.env._(" after %(time)s")) % {
                "time": self._get_hours_text()
            }
        if words["text"] and self.event != "change":
            end += Markup(": %(text)s") % words
        return end

    def _get_hours_text(self):
        """Working time as people say it: “2 h 10 min”."""
        self.ensure_one()
        hours, minutes = divmod(round(self.hours * 60), 60)
        if not hours:
            return self.env._("%(minutes)s min", minutes=minutes)
        if not minutes:
            return self.env._("%(hours)s h", hours=hours)
        return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
