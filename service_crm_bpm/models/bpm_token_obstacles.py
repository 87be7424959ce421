from odoo import models
from odoo.exceptions import UserError


class BpmToken(models.Model):
    """Token: what has to be done before a stage is completed."""

    _inherit = "bpm.token"

    def _get_obstacles(self):
        """What stands in the way of completing these stages. Extension point.

        :return: ``{token: [sentence, …]}``
        """
        found = {token: [] for token in self}
        # sudo: what is missing is named, not shown
        tokens = self.sudo().filtered(
            lambda t: t.process_id._get_flow().stages[t.stage_id.id].demands
        )
        records = tokens.instance_id._get_records()
        files = tokens._count_files(records)
        papers = tokens._get_present_papers(records)
        for token in tokens:
            stage, run = token.stage_id, token.instance_id
            sentences = token._get_check_obstacles()
            sentences += token._get_field_obstacles(records[run])
            missing = stage.required_files - files.get(run, 0)
            if missing > 0:
                sentences.append(
                    self.env._("Files to attach: %(count)s more.", count=missing)
                )
            for paper in stage.required_document_type_ids - papers.get(
                run, stage.required_document_type_ids.browse()
            ):
                sentences.append(
                    self.env._("The document “%(name)s” is missing.", name=paper.name)
                )
            sentences += token._get_task_obstacles()
            found[self.browse(token.id)] += sentences
        return found

    def _check_obstacles(self):
        """Refuse to complete, naming all that is in the way.

        :raise UserError: with one line per obstacle
        """
        found = self._get_obstacles()
        lines = [
            self.env._("%(stage)s: %(problem)s", stage=t.stage_id.name, problem=problem)
            for t, problems in found.items()
            for problem in problems
        ]
        if lines:
            raise UserError("\n".join(lines))

    def _get_check_obstacles(self):
        missing = self.stage_id.check_ids.filtered("is_required") - self.checked_ids
        return [
            self.env._("Not ticked off: %(point)s.", point=check.name)
            for check in missing
        ]

    def _get_field_obstacles(self, record):
        """Fields of the document that are empty."""
        names = self.stage_id.required_field_ids
        empty = names.filtered(lambda field: not record or not record[field.name])
        labels = [record._fields[field.name]._description_string for field in empty]
        return [
            self.env._("“%(field)s” is not filled in.", field=label(self.env))
            for label in labels
        ]

    def _count_files(self, records):
        """Files at the documents and their runs: ``{run: number}``."""
        runs = self.filtered(lambda t: t.stage_id.required_files).instance_id
        counts = dict.fromkeys(runs, 0)
        if not runs:
            return counts
        attachments = self.env["ir.attachment"]
        for model, own in runs.grouped("res_model").items():
            ids = {records[run].id for run in own}
            counted = dict(
                attachments._read_group(
                    [
                        ("res_model", "=", model),
                        ("res_id", "in", list(ids)),
                        ("res_field", "=", False),
                    ],
                    ["res_id"],
                    ["__count"],
                )
            )
            for run in own:
                counts[run] += counted.get(records[run].id, 0)
        on_runs = dict(
            attachments._read_group(
                [
                    ("res_model", "=", runs._name),
                    ("res_id", "in", runs.ids),
                    ("res_field", "=", False),
                ],
                ["res_id"],
                ["__count"],
            )
        )
        for run in runs.filtered(lambda run: run.res_model != runs._name):
            counts[run] += on_runs.get(run.id, 0)
        return counts

    def _get_present_papers(self, records):
        """Kinds of issued documents that belong to the runs' documents."""
        runs = self.filtered(
            lambda token: token.stage_id.required_document_type_ids
        ).instance_id
        papers = self.env["service.document"]
        links = {
            field.comodel_name: field.name
            for field in papers._fields.values()
            if field.type == "many2one"
            and field.name
            in ("request_id", "order_id", "work_order_id", "contract_id", "partner_id")
        }
        found = {}
        for model, own in runs.grouped("res_model").items():
            name = "id" if model == papers._name else links.get(model)
            if not name:
                continue
            per_record = papers.search(
                [
                    (name, "in", [records[run].id for run in own]),
                    ("state", "not in", ("draft", "cancelled")),
                ]
            ).grouped(lambda paper, n=name: paper[n] if n == "id" else paper[n].id)
            for run in own:
                found[run] = per_record.get(records[run].id, papers).type_id
        return found

    def _get_task_obstacles(self):
        """The process task that is open, or has not even started."""
        if not self.stage_id.task_blocks or not self.stage_id.makes_task:
            return []
        if self.activity_id.active:
            return [
                self.env._(
                    "The task “%(task)s” of %(user)s is not done yet.",
                    task=self.activity_id.display_name,
                    user=self.activity_id.user_id.name or self.env._("nobody"),
                )
            ]
        if not self.activity_id:
            return [self.env._("The task of the stage has not started yet.")]
        return []
