from odoo import models

from odoo.addons.service_crm.tools.batch import run_isolated

from ..tools.flow import Choice


class BpmToken(models.Model):
    """Token: stages of people that follow what the document says."""

    _inherit = "bpm.token"

    def _enter_work(self):
        """Through at once where the document says so; else it is watched."""
        choices = self._get_auto_choices()
        waiting = self.filtered(lambda token: token.id not in choices)
        self.browse(choices)._log_auto()
        self.env["bpm.wait"]._add(
            waiting.filtered(lambda token: token.stage_id._get_auto_ways())
        )
        return {**choices, **super(BpmToken, waiting)._enter_work()}

    def _look_again(self):
        """Documents have changed: stages of people may be done by that."""

        def follow(part):
            choices = part._get_auto_choices()
            followed = part.browse(choices)
            followed._log_auto()
            followed._complete(choices)

        def on_error(token, error):
            token._fail(token._get_error_text(error))

        people = self.filtered(lambda token: token.kind != "pause")
        run_isolated(self.env, people, follow, on_error)
        return super(BpmToken, self - people)._look_again()

    def _get_auto_choices(self):
        """``{token id: Choice}`` of those whose document says how they went."""
        choices = {}
        tokens = self.filtered(lambda token: token.stage_id._get_auto_ways())
        records = tokens._get_identity_records()
        groups = tokens.grouped(lambda token: (token.stage_id, records[token].env))
        for (stage, env), own in groups.items():
            documents = env[own.process_id.model_name].union(
                *(records[token] for token in own if records[token])
            )
            for way_id, domain in stage._get_auto_ways():
                matching = documents.filtered_domain(domain)
                for token in own:
                    if token.id not in choices and records[token] in matching:
                        choices[token.id] = Choice(transition_id=way_id)
        return choices

    def _log_auto(self):
        """Why the stage is left: nobody has clicked."""
        self._log("event", text=self.env._("The document says so"))
