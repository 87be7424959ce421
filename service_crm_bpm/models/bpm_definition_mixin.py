from collections import defaultdict

from odoo import api, models


class BpmDefinitionMixin(models.AbstractModel):
    """A part of the definition of a process: a stage, a way, a variable …

    Parts change only while their version is a draft, by who may change it (see
    ``bpm.process._check_editable()``), and keep their ``key`` in all versions. A model
    that inherits this and is copied with its process is entered in
    ``bpm.process._get_part_fields()``, unless a part that is copied carries it.
    """

    _name = "bpm.definition.mixin"
    _description = "Part of a Process Definition"
    # path to the process
    _definition_path = "process_id"

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(self._fill_keys(vals_list))
        parts._get_definition_processes()._check_editable()
        parts._get_definition_processes()._definition_changed()
        return parts

    def write(self, vals):
        if set(vals) <= self._get_free_fields():
            return super().write(vals)
        self.check_access("write")
        processes = self._get_definition_processes()
        processes._check_editable()
        result = super().write(vals)
        # a part may have come to another process
        (self._get_definition_processes() - processes)._check_editable()
        processes._definition_changed()
        return result

    def unlink(self):
        parts = self.exists()  # a form may remove one at two places, or with its stage
        processes = parts._get_definition_processes()
        result = super(BpmDefinitionMixin, parts).unlink()
        processes._definition_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._get_definition_processes()._check_editable()

    def _update_field_translations(self, *args, **kwargs):
        processes = self._get_definition_processes()
        processes._check_editable()
        result = super()._update_field_translations(*args, **kwargs)
        processes._definition_changed()
        return result

    @api.model
    def _get_free_fields(self):
        """Names of fields that are no part of the definition. Extension point."""
        return set()

    def _get_definition_processes(self):
        """The processes these parts belong to."""
        return self.mapped(self._definition_path)

    def _fill_keys(self, vals_list):
        """Values with a key each, where the model has keys.

        A new key is one that no version of the process has used.
        """
        if "key" not in self._fields or all(vals.get("key") for vals in vals_list):
            return vals_list
        used = defaultdict(set)
        processes = self.env["bpm.process"].browse(
            {vals["process_id"] for vals in vals_list if vals.get("process_id")}
        )
        # keys of versions the user may not see count as well
        parts = self.sudo().search(
            [("process_id.family_id", "in", processes.family_id.ids)]
        )
        for part in parts:
            used[part.process_id.family_id].add(part.key)
        filled = []
        for vals in vals_list:
            own = used[processes.browse(vals.get("process_id")).family_id]
            if not vals.get("key"):
                vals = {**vals, "key": self._make_key(vals, own)}
            own.add(vals["key"])
            filled.append(vals)
        return filled

    @api.model
    def _make_key(self, vals, used):
        """A key that is not used yet: ``work_1``, ``lane_2``."""
        base = self._name.rsplit(".", 1)[-1]
        if base == "stage":
            base = vals.get("kind") or self.default_get(["kind"])["kind"]
        number = 1
        while f"{base}_{number}" in used:
            number += 1
        return f"{base}_{number}"
