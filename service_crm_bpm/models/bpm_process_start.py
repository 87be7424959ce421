from textwrap import shorten

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import split_every

from .bpm_token_run import CHUNK

QUIET = {
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "tracking_disable": True,
}


class BpmProcess(models.Model):
    """Process: start of runs."""

    _inherit = "bpm.process"

    def _start(self, vals_list):
        """Start runs of this published version, in batch.

        Rights are checked by the caller. Documents for which a run is under way are
        passed over when the process allows only one.

        :param vals_list: ``[{"res_id": …, and what else of bpm.instance differs}]``
        :return: the runs (sudo)
        :raise UserError: when the process is not published
        """
        self.ensure_one()
        self._check_startable()
        # sudo: runs are the program's, whoever starts them
        runs = self.env["bpm.instance"].sudo()
        for part in split_every(CHUNK, vals_list, list):
            runs |= self._start_part(self._drop_under_way(part))
        return runs

    def _check_startable(self):
        """Refuse to start what is not published. Extension point."""
        if self.state != "published":
            raise UserError(
                self.env._(
                    "“%(process)s” is not published: only published processes start.",
                    process=self.display_name,
                )
            )

    def _start_part(self, vals_list):
        # sudo: runs are made by the engine only; the caller has checked who may start
        quiet = self.env["bpm.instance"].sudo().with_context(**QUIET)
        made = quiet.create(self._prepare_runs(vals_list))
        runs = self.env["bpm.instance"].sudo().browse(made.ids)
        tokens = self.env["bpm.token"]
        runs._log("start")
        with tokens._begin_chain():
            runs._prepare_started()
            tokens._place(
                [run._prepare_first_values(self._get_flow()) for run in runs]
            )._enqueue()
        return runs

    def _drop_under_way(self, vals_list):
        """Of runs to be started, those whose document has none under way."""
        if not self.start_once or self.model_name == "bpm.instance":
            return vals_list
        # sudo: a run the user does not see is under way as well
        runs = self.env["bpm.instance"].sudo()
        busy = runs._read_group(
            [
                ("family_id", "=", self.family_id.id),
                ("res_model", "=", self.model_name),
                ("res_id", "in", [vals.get("res_id") for vals in vals_list]),
                ("state", "in", runs._get_open_states()),
            ],
            ["res_id"],
        )
        seen = {res_id for (res_id,) in busy}
        kept = []
        for vals in vals_list:
            if vals.get("res_id") not in seen:
                seen.add(vals.get("res_id"))
                kept.append(vals)
        return kept

    def _prepare_instance_values(self):
        """Values of a new run. Extension point."""
        return {
            "process_id": self.id,
            "res_model": self.model_name,
            "user_id": self.env.uid,
            "company_id": self.company_id.id or self.env.company.id,
            "variables": {
                variable.key: variable._to_json(variable.default_value)
                for variable in self.variable_ids
            },
        }

    def _prepare_runs(self, vals_list):
        """Values of new runs, with what their documents say."""
        values = self._prepare_instance_values()
        if self.model_name == "bpm.instance":
            return [
                {"name": self._get_run_name(vals.get("note")), **values, **vals}
                for vals in vals_list
            ]
        # sudo: the run is named after its document, whoever starts it
        documents = self.env[self.model_name].sudo()
        documents = documents.browse([vals["res_id"] for vals in vals_list]).exists()
        said = {doc.id: self._prepare_document_values(doc) for doc in documents}
        return [
            {
                **values,
                "name": self.name,
                "once_key": self._get_once_key(vals["res_id"]),
                **said.get(vals["res_id"], {}),
                **vals,
            }
            for vals in vals_list
        ]

    def _get_run_name(self, note):
        """A run about no document is told from others by how its note begins."""
        begin = shorten((note or "").strip().partition("\n")[0], 60, placeholder="…")
        return f"{self.name} · {begin}" if begin else self.name

    def _get_once_key(self, res_id):
        """What only one run under way may have."""
        if not self.start_once:
            return False
        return f"{self.family_id.id},{self.model_name},{res_id}"

    def _prepare_document_values(self, document):
        """Values of a run that its document gives. Extension point."""
        vals = {"name": f"{self.name} · {document.display_name}"}
        if document._name == "res.partner":
            vals["partner_id"] = document.id
        elif "partner_id" in document:
            vals["partner_id"] = document.partner_id.id
        if "company_id" in document and document.company_id:
            vals["company_id"] = document.company_id.id
        return vals
