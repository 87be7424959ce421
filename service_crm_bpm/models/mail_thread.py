from odoo import models
from odoo.tools import SQL


class MailThread(models.AbstractModel):
    """Documents: who gets a task of a process follows, as with every activity."""

    _inherit = "mail.thread"

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Where the engine asks, those who follow already are found by one query.

        Mostly it is the same people stage after stage.
        """
        documents = self
        if self.env.context.get("bpm_skip_followers") and not subtype_ids:
            documents = self._filter_not_followed(partner_ids or [])
        return super(MailThread, documents).message_subscribe(partner_ids, subtype_ids)

    def _filter_not_followed(self, partner_ids):
        """Those that some of the partners do not follow yet."""
        if not self or not partner_ids:
            return self
        rows = self.env.execute_query(
            SQL(
                """
                SELECT res_id
                  FROM mail_followers
                 WHERE res_model = %s AND res_id IN %s AND partner_id IN %s
              GROUP BY res_id
                HAVING count(*) = %s
                """,
                self._name,
                tuple(self.ids),
                tuple(partner_ids),
                len(set(partner_ids)),
            )
        )
        return self - self.browse([res_id for (res_id,) in rows])
