from odoo import models
from odoo.exceptions import UserError


class BpmToken(models.Model):
    """Token: which way it takes, and with whose rights that is found out."""

    _inherit = "bpm.token"

    def _choose(self, choices):
        """The ways that tokens take.

        :param choices: ``{token id: Choice}``
        :return: ``{token: [FlowTransition, …]}``
        :raise UserError: when no way fits
        """
        chosen, records = {}, None
        for process, tokens in self.grouped("process_id").items():
            flow = process._get_flow()
            alike = tokens.grouped(lambda t: (t.stage_id.id, choices[t.id]))
            for (stage_id, choice), group in alike.items():
                ways = flow.get_ways(stage_id, choice)
                if flow.asks(stage_id, ways):
                    records = records or self._get_identity_records()
                for token in group:
                    record = records and records[token]
                    chosen[token] = token._choose_ways(flow, ways, record)
        return chosen

    def _choose_ways(self, flow, ways, record):
        """The ways that one token takes, of those it may take."""
        stage = flow.stages[self.stage_id.id]
        if stage.kind == "split":
            return list(ways)
        fitting = []
        for way in ways:
            if way.is_default and fitting:
                continue
            if self._fits(way, record):
                fitting.append(way)
                if not stage.splits:
                    break
        if not fitting and not stage.ends:
            raise UserError(
                self.env._(
                    "No way out of the stage “%(stage)s” fits. Add a way that is taken "
                    "otherwise.",
                    stage=self.stage_id.name,
                )
            )
        return fitting

    def _fits(self, way, record):
        """Whether the conditions of a way hold for the document of a token."""
        self.ensure_one()
        if way.domain is None and way.condition is None:
            return True
        self._check_document(record)
        if way.domain is not None and not record.filtered_domain(way.domain):
            return False
        return way.condition is None or self.instance_id._is_true(record, way.condition)

    def _get_identity_records(self, names=None):
        """The documents of tokens with the rights the process runs with.

        :param names: fields to read at once; all when it is not known
        :return: ``{token: document}``, an empty one when it is deleted or the user
            whom the process runs as may not see it
        """
        records = {}
        for env, tokens in self._group_by_identity():
            per_run = tokens.instance_id.with_env(env)._get_records(names)
            records.update(
                (token, per_run[token.instance_id.with_env(env)]) for token in tokens
            )
        return records

    def _check_document(self, record):
        """Refuse to go by a document that the process does not see.

        :raise UserError: when it is empty
        """
        if not record:
            raise UserError(
                self.env._(
                    "The document of the process does not exist any more, or "
                    "%(user)s, whom the process runs as, may not see it.",
                    user=self.process_id.user_id.name,
                )
            )

    def _group_by_identity(self):
        """Tokens by the user and company their processes run as: ``[(env, tokens)]``.

        :raise UserError: when the user is archived
        """
        robots = self.env["bpm.robot"]
        groups = []
        for (user_id, company), tokens in self.grouped(
            lambda token: (token.process_id._get_user_id(), token.company_id)
        ).items():
            if error := robots._get_identity_error(user_id):
                raise UserError(error)
            groups.append((robots._get_identity_env(user_id, company.id), tokens))
        return groups
