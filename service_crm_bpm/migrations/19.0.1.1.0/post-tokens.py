"""Stages that wait for a time or an event are marked: it is forgotten on leaving."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE bpm_token SET is_awaited = TRUE
         WHERE is_awaited IS NOT TRUE
           AND (EXISTS (SELECT 1 FROM bpm_timer WHERE token_id = bpm_token.id)
                OR EXISTS (SELECT 1 FROM bpm_wait WHERE token_id = bpm_token.id))
        """
    )
