from odoo import models
from odoo.fields import Domain


class BpmInstance(models.Model):
    """Process run: what stored tests, replays and moves look at."""

    _inherit = "bpm.instance"

    def _get_rehearsed_domain(self, model_field):
        """What hangs on the document or on the run itself."""
        self.ensure_one()
        own = Domain(model_field, "=", self._name) & Domain("res_id", "=", self.id)
        document = Domain(model_field, "=", self.res_model)
        return own | (document & Domain("res_id", "=", self.res_id))

    def _get_rehearsed_tasks(self):
        """Open tasks of the document and of the run."""
        return self.env["mail.activity"].search(self._get_rehearsed_domain("res_model"))

    def _get_rehearsed_messages(self):
        """Messages on the document and on the run, notes too."""
        return self.env["mail.message"].search(self._get_rehearsed_domain("model"))

    def _get_places_text(self):
        """Names of the stages the run stands at."""
        tokens = self.token_ids.filtered(lambda t: t.state in t._get_open_states())
        return ", ".join(tokens.sorted("id").mapped("stage_id.name"))

    def _release_document(self):
        """End runs without any trace, so that their documents are free for another
        one; only inside a rehearsal."""
        self.token_ids._cancel()
        self.write({"state": "cancelled"})
