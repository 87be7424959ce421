import ast

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import ormcache


class BpmTransition(models.Model):
    """Way: taken by itself as soon as the document says so.

    People work in their documents. A stage of a person may follow them: it is
    completed with a result when the document matches, or at once when it does already.
    """

    _inherit = "bpm.transition"

    auto_domain = fields.Char(
        "By Itself When",
        help="As soon as the document matches, the stage is completed with this "
        "result, without anybody's click.",
    )

    def _parse_auto_domain(self):
        """When the way is taken by itself, as a domain; ``None``: never.

        :raise UserError: when it cannot be understood
        """
        text = (self.auto_domain or "").strip()
        if not text or text == "[]":
            return None
        try:
            domain = Domain(ast.literal_eval(text))
            domain.validate(self.env[self.process_id.model_name])
        except Exception as error:
            raise UserError(
                self.env._("The condition cannot be understood: %(error)s", error=error)
            ) from error
        return domain


class BpmStage(models.Model):
    """Stage: its ways that are taken by themselves."""

    _inherit = "bpm.stage"

    def _get_auto_ways(self):
        """``((way id, domain), …)`` in order; kept until a definition changes."""
        self.ensure_one()
        return self._compile_auto_ways(self.id)

    @api.model
    @ormcache("stage_id")
    def _compile_auto_ways(self, stage_id):
        env = self.env(user=SUPERUSER_ID, su=True, context={})
        stage = env["bpm.stage"].browse(stage_id)
        if stage.kind != "work":
            return ()
        ways = [(way.id, way._parse_auto_domain()) for way in stage.outgoing_ids]
        return tuple((way_id, domain) for way_id, domain in ways if domain is not None)
