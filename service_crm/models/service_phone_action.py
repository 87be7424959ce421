import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, consteq

from ..tools.phone_time import moment_of
from ..tools.phone_values import keep_plain

KEY = re.compile(r"[0-9a-zA-Z-]{16,64}")
KEPT_DAYS = {"done": 90, "refused": 365}
# Later than this is worth a note: who reads the order sees when it was really done.
LATE = timedelta(minutes=5)


class ServicePhoneAction(models.Model):
    """What a performer did on the phone: taken once, however often it is sent.

    The phone gives each action a key of its own, keeps it until the server has
    answered and sends it again when the answer was lost. The row is written in the
    transaction of its effect: either both are there or none. What the server refuses
    is kept as well, so that nobody's work is lost.
    """

    _name = "service.phone.action"
    _description = "Action from a performer's phone"
    _order = "id desc"
    _rec_name = "what"

    key = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Performer", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    work_order_id = fields.Many2one(
        "service.work.order",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    kind = fields.Selection("_get_kind_selection", "What", required=True, readonly=True)
    what = fields.Char("What Was Meant", readonly=True)
    values = fields.Json("Data", readonly=True)
    moment = fields.Datetime("Done at", readonly=True)
    state = fields.Selection(
        [("done", "Taken"), ("refused", "Refused")],
        "Status",
        required=True,
        readonly=True,
    )
    refusal = fields.Text("Why Not", readonly=True)
    result = fields.Json(readonly=True)
    is_settled = fields.Boolean(
        "Settled", readonly=True, help="Somebody has looked at what was refused."
    )
    file_ids = fields.Many2many(
        "ir.attachment", string="Photos and Files", readonly=True
    )

    _key_uniq = models.UniqueIndex("(user_id, key)")

    @api.model
    def _get_kinds(self):
        """What a phone may ask for: ``{kind: label}``. Extension point.

        A further kind is one entry and the method
        ``_take_<kind>(self, order, values, moment)``, which returns a dictionary for
        the phone and refuses by ``UserError``.
        """
        return {
            "step": self.env._("Step"),
            "line": self.env._("Quantity done"),
            "material": self.env._("Material"),
            "report": self.env._("What was done"),
            "photo": self.env._("Photo"),
            "unphoto": self.env._("Photo taken away"),
            "signature": self.env._("Customer's signature"),
            "problems": self.env._("Problems found"),
            "paper": self.env._("Scan of a document"),
            "papers": self.env._("Documents to make"),
            "offer": self.env._("Answer to an offer"),
        }

    @api.model
    def _get_kind_selection(self):
        return list(self._get_kinds().items())

    # -- from the phone

    @api.model
    def _receive(self, post):
        """Take one action of the present user, once.

        :param post: ``{key, kind, order, token, made, sent, values}``; ``token``
            proves that the order was on this user's phone
        :return: ``{state, text, result, order}``
        """
        kind, key = post.get("kind"), post.get("key")
        values = post.get("values")
        if (
            not isinstance(kind, str)
            or kind not in self._get_kinds()
            or not isinstance(key, str)
            or not KEY.fullmatch(key)
            or not isinstance(values, dict)
        ):
            return {
                "state": "refused",
                "text": self.env._(
                    "The office does not understand this. Reload the page."
                ),
            }
        order = self._get_given_order(post)
        action, is_new = self._enter(key, kind)
        if is_new:
            moment = moment_of(
                post.get("made"), post.get("sent"), fields.Datetime.now()
            )
            action._carry_out(order, values, moment)
        return action._prepare_answer(order)

    @api.model
    def _enter(self, key, kind):
        """The row of the key: ``(row, whether it is new)``.

        A row that another transaction makes at this moment fails to serialize here;
        Odoo then tries again and finds it.
        """
        self.flush_model()
        [*new] = self.env.execute_query(
            SQL(
                """
                INSERT INTO service_phone_action
                            (key, user_id, company_id, kind, state, create_uid,
                             create_date, write_uid, write_date)
                     VALUES (%(key)s, %(uid)s, %(company)s, %(kind)s, 'refused',
                             %(uid)s, %(now)s, %(uid)s, %(now)s)
                ON CONFLICT (user_id, key) DO NOTHING
                  RETURNING id
                """,
                key=key,
                uid=self.env.uid,
                company=self.env.company.id,
                kind=kind,
                now=fields.Datetime.now(),
            )
        )
        # Performers have no rights on the rows: theirs is what they sent.
        rows = self.sudo()
        if new:
            return rows.browse(new[0]), True
        return rows.search([("user_id", "=", self.env.uid), ("key", "=", key)]), False

    @api.model
    def _get_given_order(self, post):
        """The visit the action is about, if it was ever on this user's phone."""
        orders = self.env["service.work.order"]
        order_id, token = post.get("order"), post.get("token")
        if not isinstance(order_id, int) or not isinstance(token, str):
            return orders
        order = orders.browse(order_id)
        expected = self.env["service.my.day"]._get_order_token(order)
        return order if consteq(expected.encode(), token.encode()) else orders

    def _carry_out(self, order, values, moment):
        """Do it as the performer, or note why not; nothing of a refused one stays."""
        self.ensure_one()
        meant = order.sudo().exists()  # which visit, and whose: nothing else of it
        row = {
            "moment": moment,
            "work_order_id": meant.id,
            "company_id": meant.company_id.id or self.company_id.id,
            "what": self._describe(values),
            "values": keep_plain(values),
        }
        performer = self.sudo(False)
        try:
            with self.env.cr.savepoint():
                if self.kind != "offer":  # of a job that is nobody's yet
                    performer._check_order(order)
                row["result"] = getattr(performer, f"_take_{self.kind}")(
                    order, values, moment
                )
                self.env.flush_all()
            row["state"] = "done"
        except UserError as error:
            words = self.env["service.my.day"].sudo(False)._get_conflict_words(order)
            row["refusal"] = words or str(error)
            row["file_ids"] = self._keep_file(values)
            # What the performer can put right himself is nobody else's work.
            row["is_settled"] = not words
        self.write(row)
        if self.state == "refused":
            self._note_refusal()
        elif fields.Datetime.now() - moment > LATE:
            self._note_delay()

    def _check_order(self, order):
        """Refuse what is about somebody else's visit."""
        own = self.env["service.my.day"]._get_orders_domain()
        # sudo: whose it is; what is done with it is done with the user's rights
        if not order.sudo().exists().filtered_domain(own):
            raise UserError(self.env._("This visit is not yours to work on."))
        order.check_access("write")

    def _prepare_answer(self, order):
        """What the phone is told, with the visit as it is now."""
        self.ensure_one()
        day = self.env["service.my.day"].sudo(False)
        own = day.env["service.work.order"].search(
            day._get_orders_domain()
            & Domain("id", "in", order.ids)
            & Domain("state", "!=", "draft")
        )
        orders = day._prepare_orders(own)
        return {
            "state": self.state,
            "text": self.refusal or "",
            "result": self.result or {},
            "order": orders[0] if orders else None,
        }

    def _keep_file(self, values):
        """The photo or signature of what was refused stays with the row."""
        content = self._read_file(values, refuse=False)
        if not content:
            return []
        raw, mimetype, extension = content
        label = self._get_kinds()[self.kind]
        file = self.env["ir.attachment"].create(
            {
                "name": f"{label}{extension}",
                "raw": raw,
                "mimetype": mimetype,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return [fields.Command.link(file.id)]

    # -- for the dispatcher

    def _note_refusal(self):
        """What was refused is noted at the visit; a conflict is somebody's to-do."""
        self.ensure_one()
        order = self.work_order_id
        if not order:
            return
        order._message_log(
            body=self.env._(
                "Not taken from the phone of %(performer)s: %(what)s, done at "
                "%(moment)s. %(refusal)s",
                performer=self.user_id.name,
                what=self.what,
                moment=order._format_slot_moment(
                    self.moment, order._get_performer_tz()
                ),
                refusal=self.refusal,
            )
        )
        summary = self.env._("The phone sent what was not taken: have a look")
        is_asked = summary in order.activity_ids.mapped("summary")
        if not self.is_settled and not is_asked:
            order._ask_dispatcher(summary, self.what)

    def _note_delay(self):
        """Who reads the order sees when it was really done."""
        order = self.work_order_id.exists()
        if self.kind == "step" and order:
            order._message_log(
                body=self.env._(
                    "“%(what)s” was done at %(moment)s without connection and sent "
                    "later.",
                    what=self.what,
                    moment=order._format_slot_moment(
                        self.moment, order._get_performer_tz()
                    ),
                )
            )

    def action_settle(self):
        """Somebody has looked at what was refused."""
        self.env.user._check_service_role("dispatcher")
        self.check_access("read")
        # The rows are written by the system only; who may settle was checked.
        self.sudo().is_settled = True
        return True

    @api.autovacuum
    def _gc_actions(self):
        """Forget what was taken long ago: no phone sends it again."""
        for state, days in KEPT_DAYS.items():
            old = fields.Datetime.now() - timedelta(days=days)
            self.search([("state", "=", state), ("create_date", "<", old)]).unlink()
