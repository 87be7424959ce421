from odoo import models

from .bpm_stage_problems import PERSON_MODELS


class BpmResponsible(models.Model):
    """Responsible: what is wrong with a line."""

    _inherit = "bpm.responsible"

    def _find_problems(self, process):
        """Sentences about what is wrong. Extension point."""
        self.ensure_one()
        if self.kind == "user":
            return self._find_user_problems()
        if self.kind == "group":
            return self._find_group_problems()
        if self.kind in ("path", "manager"):
            return self._find_path_problems(process)
        return []

    def _find_user_problems(self):
        if not self.user_id:
            return [self.env._("a responsible person is not named.")]
        if not self.user_id.active:
            return [
                self.env._(
                    "the responsible %(user)s is archived.", user=self.user_id.name
                )
            ]
        return []

    def _find_group_problems(self):
        if not self.group_id:
            return [self.env._("a responsible role is not named.")]
        if not self.group_id.all_user_ids.filtered(lambda u: u.active and not u.share):
            return [
                self.env._(
                    "nobody has the responsible role “%(role)s”.",
                    role=self.group_id.display_name,
                )
            ]
        return []

    def _find_path_problems(self, process):
        path, stage = (self.path or "").strip(), self.env["bpm.stage"]
        if not path:
            return [self.env._("the field with the responsible person is not named.")]
        field = stage._walk(path, process)
        if field is None:
            return [stage._get_unknown_text(path, process)]
        if field.comodel_name not in PERSON_MODELS:
            return [
                self.env._(
                    "“%(field)s” names no person.",
                    field=field._description_string(self.env),
                )
            ]
        return []
