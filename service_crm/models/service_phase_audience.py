from typing import NamedTuple

from odoo import api, models


class Recipient(NamedTuple):
    """Whom a message goes to; without contact when only an address is known."""

    partner_id: int
    name: str
    email: str
    phone: str
    lang: str


class ServicePhaseMixin(models.AbstractModel):
    """Whom the messages of a record may be meant for."""

    _inherit = "service.phase.mixin"

    @api.model
    def _get_service_audiences(self):
        """Audiences of messages: ``{key: {"name": label}}``.

        Registry and extension point: a further audience is one more entry and a
        method ``_get_<key>_recipients`` on the models that know it.
        """
        return {
            "customer": {"name": self.env._("customer")},
            "site": {"name": self.env._("contact on site")},
            "performer": {"name": self.env._("performer")},
            "helper": {"name": self.env._("who goes along")},
            "dispatcher": {"name": self.env._("dispatcher")},
            "manager": {"name": self.env._("manager")},
            "operator": {"name": self.env._("operator")},
        }

    def _get_service_recipients(self, audience):
        """Recipients of a message about one record.

        :param audience: key of :meth:`_get_service_audiences`
        :return: list of :class:`Recipient`, empty when nobody is known
        """
        self.ensure_one()
        method = getattr(self, f"_get_{audience}_recipients", None)
        return method() if method else []

    def _get_site_recipients(self):
        """Who is on the site; the customer when the site has no contact."""
        site = self.site_id
        if site.email or site.phone:
            return [self._prepare_service_recipient(site)]
        return self._get_customer_recipients()

    @api.model
    def _prepare_service_recipient(self, partner, email=None, phone=None, name=None):
        """The recipient behind a contact; what the contact lacks is taken from the
        other arguments, which stand for a customer that is not known yet."""
        return Recipient(
            partner.id or 0,
            partner.name or name or "",
            partner.email or email or "",
            partner.phone or phone or "",
            partner.lang or "",
        )

    @api.model
    def _get_service_author(self):
        """Whose name stands in the chatter: who made the step, else the system."""
        user = self.env.user
        if user._is_internal():
            return user.partner_id
        return self.env.ref("base.partner_root")

    def _prepare_service_messages(self):
        """Make ready what the messages of a whole batch need. Extension point."""

    def _log_message_error(self, message_name, error):
        """Say in the chatter that a message could not be written, and why."""
        reason = str(error.__cause__ or error).strip().splitlines() or [repr(error)]
        body = self.env._(
            "The message “%(name)s” was not sent: %(reason)s. "
            "Correct its template, then send it by hand.",
            name=message_name,
            reason=reason[-1][:300],
        )
        # sudo: the system reports, not the user whose step it was
        self.sudo()._message_log_batch(dict.fromkeys(self.ids, body))

    def _get_site_text(self):
        """Address of the place of work in one line; the own country goes without
        saying."""
        self.ensure_one()
        site = self.site_id or self.partner_id
        lines = [
            line.strip()
            for line in site._display_address(without_company=True).splitlines()
        ]
        home = (self.company_id or self.env.company).country_id
        if site.country_id == home and lines[-1:] == [home.name]:
            lines.pop()
        return ", ".join(line for line in lines if line)

    def _get_customer_tz(self):
        """Time zone in which the customer is told about visits."""
        self.ensure_one()
        for partner in (self.site_id, self.partner_id, self.company_id.partner_id):
            if partner.tz:
                return partner.tz
        company = self.company_id or self.env.company
        return company.resource_calendar_id.tz or "UTC"
