from odoo import models
from odoo.exceptions import UserError

from ..tools.locks import take_turns


class ServicePlan(models.Model):
    """Plan: a proposal comes true, as a whole or in part.

    As if the dispatcher had dropped the visits on the board: who changed one of them
    meanwhile is not overwritten, nobody is booked twice, and what cannot be done is
    told on its line while the others are.
    """

    _inherit = "service.plan"

    def action_apply(self):
        """Do all that is proposed."""
        return self._apply(self.line_ids)

    def action_apply_selected(self):
        """Do what is ticked."""
        lines = self.line_ids.filtered("is_wanted")
        if not lines.filtered(lambda line: line._is_open()):
            raise UserError(self.env._("Tick the visits to apply."))
        return self._apply(lines)

    def action_take_back(self):
        """Put the visits back where they were before the plan was applied."""
        self._check_planner()
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.result == "applied")
        if not lines:
            raise UserError(self.env._("Nothing of this plan was applied."))
        take_turns(self)
        why = self.env._("Taken back from the plan %(plan)s.", plan=self.name)
        moves = {
            line.order_id.id: {**line.undo, "reason": line.undo["reason"] or why}
            for line in lines
        }
        done, problems = self._move(moves, lines)
        self._note_taken_back(lines, done, problems)
        return self._tell_results(done, problems, back=True)

    # Helpers

    def _apply(self, lines):
        """Plan the visits of these lines, and tell what came of it."""
        self._check_planner()
        self.ensure_one()
        if self.state != "proposed":
            raise UserError(self.env._("There is no proposal to apply."))
        take_turns(self)
        lines = lines.filtered(lambda line: line._is_open())
        moves = {line.order_id.id: line._prepare_move() for line in lines}
        done, problems = self._move(moves, lines)
        self._note_results(lines, done, problems)
        if not self.line_ids.filtered(lambda line: line._is_open()):
            # sudo: the state is set by the steps only
            self.sudo().state = "done"
        return self._tell_results(done, problems)

    def _move(self, moves, lines):
        """Make the moves that can be made.

        :param moves: ``{order id: move of the board}``
        :return: ``({order id: move that leads back}, {order id: (result, text)})``
        """
        dispatch = self.env["service.dispatch.board"]
        excused = {line.order_id.id for line in lines if line.is_excused}
        problems = {}
        left = dict(moves)
        while left:
            try:
                with self.env.cr.savepoint():
                    answer = dispatch.action_move(list(left.values()))
            except UserError as error:
                if len(left) == 1:
                    return {}, problems | dict.fromkeys(left, ("refused", str(error)))
                done, refused = self._move_halves(left, lines)
                return done, problems | refused
            if not any(answer[key] for key in ("conflicts", "refused", "reasons")):
                return {move["id"]: move for move in answer["undo"]}, problems
            found = self._read_answer(answer, left, excused)
            if not found and not self._excuse(answer, left):
                break
            problems |= found
            for key in found:
                del left[key]
        return {}, problems

    def _read_answer(self, answer, left, excused):
        """What the board says against moves, but what the proposal tells itself."""
        found = {row["id"]: ("conflict", row["text"]) for row in answer["conflicts"]}
        found |= {row["id"]: ("refused", row["text"]) for row in answer["refused"]}
        dispatch = self.env["service.dispatch.board"]
        orders = self.env["service.work.order"].browse(left)
        for row in answer["reasons"]:
            key = row["id"]
            order = orders.browse(key).with_prefetch(orders._ids)
            known = dispatch._get_move_reasons(order, left[key])
            if key not in excused or set(row["reasons"]) - set(known):
                found[key] = ("refused", " ".join(row["reasons"]))
        return found

    def _excuse(self, answer, left):
        """Give the reason where the proposal says itself what it does not keep."""
        reason = (self.reason or "").strip() or self.env._(
            "As proposed by the plan %(plan)s.", plan=self.name
        )
        asked = [
            row["id"] for row in answer["reasons"] if "reason" not in left[row["id"]]
        ]
        for key in asked:
            left[key] = {**left[key], "reason": reason}
        return asked

    def _move_halves(self, left, lines):
        """Something in one of them is refused by a rule of its own: the others go."""
        keys = list(left)
        half = len(keys) // 2
        done, problems = {}, {}
        for part in (keys[:half], keys[half:]):
            moved, refused = self._move({key: left[key] for key in part}, lines)
            done |= moved
            problems |= refused
        return done, problems

    def _note_results(self, lines, done, problems):
        """Tell on each line what came of it."""
        # sudo: results are written by this step only
        lines = lines.sudo()
        for line in lines:
            if line.order_id.id in done:
                undo = done[line.order_id.id]
                line.write({"result": "applied", "message": False, "undo": undo})
            if line.order_id.id in problems:
                result, text = problems[line.order_id.id]
                line.write({"result": result, "message": text})

    def _note_taken_back(self, lines, done, problems):
        """Lines are open again; where somebody went on meanwhile, it stays."""
        # sudo: results and states are written by the steps only
        for line in lines.sudo():
            if line.order_id.id in done:
                line.write(
                    {
                        "result": "open",
                        "message": False,
                        "undo": False,
                        "version": done[line.order_id.id]["version"],
                    }
                )
            elif line.order_id.id in problems:
                line.message = problems[line.order_id.id][1]
        if done:
            # sudo: the state is set by the steps only
            self.sudo().state = "proposed"

    def _tell_results(self, done, problems, back=False):
        """A notice of what came of it."""
        text = (
            self.env._("Visits back where they were: %(count)s.", count=len(done))
            if back
            else self.env._("Visits planned: %(count)s.", count=len(done))
        )
        if problems:
            text += " " + self.env._(
                "Not possible: %(count)s, their lines tell why.", count=len(problems)
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if problems else "success",
                "message": text,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
