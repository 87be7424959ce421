from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.service_crm.tools.expression_tokens import ExpressionError

from ..tools.flow import Choice
from ..tools.insert import cache_rows, insert_rows


class BpmToken(models.Model):
    """Token: stages that it passes without stopping.

    On a plain stage (see ``_get_stage_kinds()``) that no robot watches nothing happens
    but the choice of the way. Such visits are written down as done, in one statement
    with the tokens that follow: a chain of them costs two rows a stage. Where anything
    is in the way, the token is placed as usual, and what is wrong shows there.
    """

    _inherit = "bpm.token"

    def _place_following(self, vals_list):
        """Place the tokens that follow these, behind all that they pass at once.

        :param vals_list: values of the tokens on the next stages
        :return: new tokens that have to enter their stages
        """
        if not any(self._is_plain(vals) for vals in vals_list):
            return self._place(vals_list)
        # sudo: below: the engine's own models, as in ``bpm_token_run.py``
        documents, passed, last = {}, [], []
        layer, seen = vals_list, set()
        while layer:
            layer, following = self._number(layer), []
            # sudo: the engine's own rows, as in ``bpm_token_run.py``
            cache_rows(self.sudo().browse([vals["id"] for vals in layer]), layer)
            for vals in layer:
                place = vals["instance_id"], vals["stage_id"]
                next_vals = None
                if place not in seen and self._is_plain(vals):
                    seen.add(place)
                    next_vals = self._pass_stage(vals, documents)
                if next_vals:
                    passed.append(vals)
                    following.append(next_vals)
                else:
                    last.append(vals)
            layer = following
        # sudo: the same rows
        placed = insert_rows(self.sudo(), passed + last)
        placed[: len(passed)]._log("leave")
        entering = placed[len(passed) :]
        entering._on_placed()
        return entering

    def _is_plain(self, vals):
        """Whether a token with these values would pass its stage at once."""
        # sudo: the definition that the run goes by
        process = self.env["bpm.process"].sudo().browse(vals["process_id"])
        stage = process._get_flow().stages[vals["stage_id"]]
        index = self.env["bpm.robot"]._get_robot_index()
        return stage.plain and not (
            index.waits_for("enter", stage.id) or index.waits_for("leave", stage.id)
        )

    def _number(self, vals_list):
        """The values with the ids that their rows will have."""
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"{self._table}_id_seq",
                len(vals_list),
            )
        )
        now = fields.Datetime.now()
        return [
            {"id": id_, "state": "open", "date_enter": now, **vals}
            for (id_,), vals in zip(rows, vals_list, strict=True)
        ]

    def _pass_stage(self, vals, documents):
        """Complete the values of a token that passes its stage.

        :param documents: ``{run id: document}``, filled when it is asked for
        :return: values of the token that follows; ``None`` when it has to stop
        """
        # sudo: the engine's own, as above
        token = self.sudo().browse(vals["id"])
        flow = token.process_id._get_flow()
        stage_id = vals["stage_id"]
        ways = flow.get_ways(stage_id, Choice())
        document = None
        if flow.asks(stage_id, ways):
            if not documents:
                found = self._get_identity_records()
                documents |= {t.instance_id.id: doc for t, doc in found.items()}
            document = documents[vals["instance_id"]]
        try:
            [way] = token._choose_ways(flow, ways, document)
        except (UserError, ExpressionError):
            return None
        left = {"state": "done", "result_id": way.id, "date_done": vals["date_enter"]}
        vals |= left
        for name, value in left.items():
            self._fields[name]._update_cache(token, value)
        return token._prepare_next_values(way)
