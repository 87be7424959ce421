from odoo import api, models
from odoo.tools import ormcache

# Who edits translations reads them in another way.
EDITING = frozenset({"check_translations", "edit_translations", "prefetch_langs"})
# What is kept is forgotten when one of these goes, as with ``bpm.kept.mixin``.
STEADY = frozenset({"bpm.process", "ir.model.fields", "res.users"})


class BpmDefinitionMixin(models.AbstractModel):
    """Part of a definition: what the engine reads of it is kept in memory.

    All steps of a run read the same stages, ways and lines. They are read once and kept
    until a definition changes. Only in superuser mode, where no rights are asked, and
    not in a rehearsal, whose definitions are taken back.
    """

    _inherit = "bpm.definition.mixin"

    def _fetch_field(self, field):
        names = self._get_kept_names("" if field.column_type else field.name)
        if (
            field.name not in names
            or not self.env.su
            or not EDITING.isdisjoint(self.env.context)
            or self.env["bpm.rehearsal"]._is_rehearsed()
        ):
            super()._fetch_field(field)
            return
        for part in self:
            try:
                values = self._keep_values(part.id, names, self.env.lang)
            except KeyError:  # deleted: who asked is told
                continue
            for name, value in zip(names, values, strict=True):
                self._fields[name]._insert_cache(part, [value])

    @api.model
    @ormcache("self._name", "lines")
    def _get_kept_names(self, lines):
        """Names of the fields that are read together.

        :param lines: name of a field of lines, which is read alone; empty: all columns
        """
        if not lines:
            return tuple(
                name
                for name, field in self._fields.items()
                if field.store
                and field.column_type
                and field.prefetch is True
                and not field.compute
                and self._is_steady(field)
            )
        field = self._fields[lines]
        comodel = self.env.get(field.comodel_name)
        is_part = hasattr(comodel, "_get_kept_names") and not comodel._active_name
        return (lines,) if field.type == "one2many" and is_part else ()

    @api.model
    def _is_steady(self, field):
        """Whether a value of a field never points to what has gone."""
        comodel = self.env.get(field.comodel_name)
        return (
            field.type != "many2one"
            or field.comodel_name in STEADY
            or hasattr(comodel, "_get_kept_names")
            or hasattr(comodel, "_is_kept")
        )

    @ormcache("self._name", "part_id", "names", "lang")
    def _keep_values(self, part_id, names, lang):
        """Values of one part as they stand in the memory of a transaction.

        :raise KeyError: when there is no such part
        """
        self.fetch(names)  # of all parts that are asked for, in one query
        caches = [self._fields[name]._get_cache(self.env) for name in names]
        return tuple(cache[part_id] for cache in caches)
