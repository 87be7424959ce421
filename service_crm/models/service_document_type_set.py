from odoo import api, models
from odoo.tools import ormcache

from ..tools.document_set import TypeRule


class ServiceDocumentType(models.Model):
    """Kinds of documents: which belong to a job."""

    _name = "service.document.type"
    _inherit = ["service.document.type", "service.cached.mixin"]

    @api.model
    @ormcache()
    def _get_type_rules(self):
        """All kinds of documents as data, by ``id`` (``tools/document_set.py``)."""
        # Which papers a job needs is the same for everybody.
        return {
            kind.id: TypeRule(
                id=kind.id,
                company_id=kind.company_id.id or 0,
                subject=kind.subject,
                needed_by=kind.needed_by or "",
                needed_as=kind.needed_as,
                is_required=kind.is_required,
                in_set=kind.in_set,
                team_ids=frozenset(kind.team_ids.ids),
                category_ids=frozenset(kind.category_ids.ids),
                product_ids=frozenset(kind.product_ids.ids),
            )
            for kind in self.sudo().search([])  # kept for all users
        }

    @api.model
    def _get_step_key(self, model, step):
        """The key of a step that may wait for documents; empty for other steps."""
        return next(
            (
                key
                for key, (name, asked, _label) in self._get_needed_by_steps().items()
                if (name, asked) == (model, step)
            ),
            "",
        )
