import xmlrpc.client

from markupsafe import Markup

from odoo import api, models
from odoo.tools import html_sanitize

from .service_inbound_mail import MailDelivery


class MailThread(models.AbstractModel):
    """Odoo's mail gateway: mail for service teams is kept before it is processed.

    All other mail goes the way it always went.
    """

    _inherit = "mail.thread"

    @api.model
    def _get_service_delivery(self):
        """The mail of a service team that is just being delivered, if any."""
        delivery = self.env.context.get("service_delivery")
        return delivery if isinstance(delivery, MailDelivery) else None

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        if not self._get_service_delivery():
            raw = message
            if isinstance(raw, xmlrpc.client.Binary):
                raw = bytes(raw.data)
            if isinstance(raw, str):
                raw = raw.encode("utf-8", "surrogateescape")
            Inbound = self.env["service.inbound"]
            team = Inbound._find_mail_team(raw, model, custom_values)
            if team:
                inbound = Inbound._receive_mail(
                    raw,
                    team,
                    {
                        "model": model,
                        "custom_values": custom_values,
                        "save_original": save_original,
                        "strip_attachments": strip_attachments,
                        "thread_id": thread_id,
                    },
                )
                return inbound._get_gateway_result()
        return super().message_process(
            model,
            message,
            custom_values=custom_values,
            save_original=save_original,
            strip_attachments=strip_attachments,
            thread_id=thread_id,
        )

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        delivery = self._get_service_delivery()
        if delivery and delivery.target:
            message_dict.pop("parent_id", None)
            target = delivery.target
            return [(target._name, target.id, {}, self.env.uid, None)]
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        if not delivery:
            return routes
        return [
            routed
            for route in routes
            if (routed := self._route_service_mail(delivery, message_dict, route))
        ]

    @api.model
    def _route_service_mail(self, delivery, message_dict, route):
        """Where a mail for a service team goes: a known sender's mail to the customer.

        :return: the route, another one, or None when an operator must choose first
        """
        model, thread_id, custom_values, _uid, _alias = route
        team = self.env["crm.team"].browse((custom_values or {}).get("team_id"))
        if model != "crm.lead" or thread_id or not team.is_service:
            return route
        partners, staff = self.env["service.inbound"]._find_mail_senders(
            delivery.mail, team
        )
        if staff or not partners:
            return route
        if len(partners) > 1:
            delivery.candidates = partners.ids
            return None
        message_dict["author_id"] = partners.id
        message_dict.pop("parent_id", None)
        return ("res.partner", partners.id, {}, self.env.uid, None)

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        if self._get_service_delivery():
            return False  # judged before, without bouncing and with a trace
        return super()._detect_loop_sender(message, message_dict, routes)

    @api.model
    def _format_mail_text(self, text):
        """Plain text of a mail as it reads best: lines kept, long ones broken."""
        return Markup("<p>%s</p>") % Markup("<br/>").join(text.split("\n"))

    def _message_parse_extract_payload(
        self, message, message_dict, save_original=False
    ):
        delivery = self._get_service_delivery()
        if not delivery:
            return super()._message_parse_extract_payload(
                message, message_dict, save_original=save_original
            )
        mail = delivery.mail
        attachments = [
            self._Attachment(
                file.name, file.content, {"cid": file.cid} if file.cid else {}
            )
            for file in mail.files
        ]
        if mail.html:
            # foreign classes mean nothing here; the field cleans the rest
            body = html_sanitize(mail.html, sanitize_tags=False, strip_classes=True)
        else:
            body = self._format_mail_text(mail.text)
        try:
            return self._message_parse_extract_payload_postprocess(
                message, {"body": body, "attachments": attachments}
            )
        except (ValueError, AssertionError, TypeError, SyntaxError):
            # SyntaxError: of lxml, for what no HTML parser can read
            body = self._format_mail_text(mail.plain)
            return {"body": body, "attachments": attachments}
