from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import ormcache


class BpmInstance(models.Model):
    """Process run: who sees it, and all that hangs on it."""

    _inherit = "bpm.instance"

    is_visible = fields.Boolean(
        compute="_compute_is_visible", search="_search_is_visible"
    )

    @api.depends(
        "is_restricted",
        "member_ids",
        "user_id",
        "process_id.owner_id",
        "token_ids.user_id",
        "token_ids.approval_ids.user_id",
    )
    @api.depends_context("uid")
    def _compute_is_visible(self):
        # sudo: the record rule itself asks
        visible = self.sudo().search(
            Domain("id", "in", self.ids) & self._get_visible_domain()
        )
        for run in self:
            # sudo: compared with what was found so
            run.is_visible = run.sudo() in visible

    @api.model
    def _search_is_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_visible_domain()

    @api.model
    def _get_visible_domain(self):
        """Runs that the user sees: own ones, and those of documents the user sees.

        A restricted run is seen by the people listed on it and by the owner of the
        process only. Extension point.
        """
        user = self.env.user
        listed = Domain("member_ids", "in", user.ids)
        listed |= Domain("process_id.owner_id", "=", user.id)
        other = Domain("user_id", "=", user.id)
        other |= Domain("token_ids.user_id", "=", user.id)
        other |= Domain("token_ids.approval_ids.user_id", "=", user.id)
        if user._has_service_role("admin"):
            other = Domain.TRUE
        elif user._has_service_role("operator", "manager", "dispatcher"):
            other |= self._get_document_domain()
        return listed | (Domain("is_restricted", "=", False) & other)

    @api.model
    def _get_document_domain(self):
        """Runs about documents that the user may read."""
        domains = [Domain("res_model", "=", self._name)]
        # asked for by record rules, as superuser
        env = self.env(su=False, context={"active_test": False})
        for name in self._get_document_models():
            if name == self._name or not env[name].has_access("read"):
                continue
            domains.append(
                Domain("res_model", "=", name)
                & Domain("res_id", "in", env[name]._search([]))
            )
        return Domain.OR(domains)

    @api.model
    @ormcache()
    def _get_document_models(self):
        """Kinds of documents that there are processes about."""
        # sudo: which kinds there are is the same for everybody
        processes = self.env["bpm.process"].sudo().with_context(active_test=False)
        names = processes._read_group([], ["model_name"])
        return tuple(name for (name,) in names if name in self.env)

    @api.depends("name", "is_restricted")
    def _compute_display_name(self):
        """Records that point to a restricted run do not tell what it is about."""
        for run in self:
            run.display_name = (
                self.env._(
                    "%(process)s (chosen employees only)", process=run.process_id.name
                )
                if run.is_restricted
                else run.name
            )
