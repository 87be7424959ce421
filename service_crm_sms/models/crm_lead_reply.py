from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

# Whoever else is written to does not speak for the customer.
CUSTOMERS = ("customer", "site")


class CrmLead(models.Model):
    """Service request: answers of the customer by SMS and e-mail.

    The methods are called in superuser mode by what came in, and speak for whoever has
    the number or address the question went to.
    """

    _inherit = "crm.lead"

    @api.model
    def _get_service_channels(self):
        """Short messages are a door of their own."""
        return {**super()._get_service_channels(), "sms": {"name": self.env._("SMS")}}

    @api.model
    def _get_reply_steps(self):
        """What answers do: ``{kind: method(sent, reply, text)}``.

        Each method answers whether it could do anything. Extension point.
        """
        return {
            "yes": self._reply_yes,
            "no": self._reply_move,
            "move": self._reply_move,
            "cancel": self._reply_cancel,
            "rate": self._reply_rate,
        }

    def _log_customer_sms(self, text, person):
        """The answer as it came, in the chatter; whoever waits for one is told."""
        self.ensure_one()
        author = {"author_id": person.id} if person else self._prepare_customer_author()
        return self._message_log(
            body=plaintext2html(text or ""), message_type="sms", **author
        )

    def _answer_customer(self, reply, sent, text, person, ask=True):
        """Do what the answer says; what is not clear is a person's to read.

        :param reply: ``Reply``
        :param sent: the ``service.notification`` that was answered
        :param person: who answered, if known
        :param ask: whether somebody has to read what is not clear
        """
        self.ensure_one()
        self = self._for_customer()
        step = self._get_reply_steps().get(reply.kind)
        done = False
        if step and (sent.audience in CUSTOMERS or not sent.audience):
            try:
                with self.env.cr.savepoint():
                    done = step(sent, reply, text)
            except UserError:
                done = False  # too late for it: a person answers
        if not done and ask:
            self._ask_about_answer(text, person)

    def _for_customer(self):
        """The request as the customer's page has it: what happens is the customer's
        doing, not that of the system that reads the answer."""
        # sudo: the page works so too; the number the answer came from was found before
        return self.with_user(self.env.ref("base.public_user")).sudo()

    def _ask_about_answer(self, text, person):
        """A to-do for whoever looks after the request: read and answer."""
        reader = self._get_service_dispatcher()
        kind = self.env.ref("service_crm_sms.mail_activity_answer")
        name = person.name or self.contact_name or self.partner_name or ""
        self._schedule_service_activities(
            "service_crm_sms.mail_activity_answer",
            lambda request: plaintext2html(f"{name}: {text}" if name else text),
            user=reader,
            summary=kind.with_context(lang=reader.lang or self.env.lang).summary,
        )

    # -- steps

    def _reply_yes(self, sent, _reply, _text):
        """The time of the visit is fine."""
        visit = self._get_asked_visit(sent)
        if not visit:
            return False
        self._customer_confirm(visit)
        return True

    def _reply_move(self, sent, _reply, text):
        """Another time is wanted."""
        visit = self._get_asked_visit(sent)
        if not visit:
            return False
        self._customer_reschedule(visit, text, None)
        return True

    def _reply_cancel(self, sent, _reply, text):
        """The visit is not wanted; the dispatcher decides with the customer."""
        visit = self._get_asked_visit(sent)
        if not visit:
            return False
        self._customer_cancel(visit, text)
        return True

    def _reply_rate(self, _sent, reply, _text):
        """One to five stars, when they were asked for."""
        if self.service_rating_state != "asked":
            return False
        self._customer_rate(reply.stars, reply.rest)
        return True

    def _get_asked_visit(self, sent):
        """The visit an answer is about: that of the message, else the only one ahead.

        :return: one work order that can still be changed, or none
        """
        visit = sent.work_order_id.filtered(lambda v: v.state == "assigned")
        if visit or sent.work_order_id:
            return visit
        ahead = self.work_order_ids.filtered(
            lambda v: v.state == "assigned" and v.date_start
        )
        return ahead if len(ahead) == 1 else ahead.browse()
