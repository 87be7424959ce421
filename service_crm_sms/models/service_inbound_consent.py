from odoo import api, models

SCOPE = ("mail", "sms")


class ServiceInbound(models.Model):
    """The web form: who ticks the box agrees to news and offers."""

    _inherit = "service.inbound"

    @api.model
    def _clean_form(self, form):
        return {**super()._clean_form(form), "news": form.get("news") == "1"}

    def _process_form(self):
        result = super()._process_form()
        form = (self.payload or {}).get("form") or {}
        if form.get("news") and self.request_id:
            self._keep_form_consent(form)
        return result

    def _keep_form_consent(self, form):
        """The addresses typed may get advertising; kept with the words of the box.

        A stranger can type anybody's address: who refused has not agreed by that.
        """
        consents = self.env["service.message.consent"]
        company = self.company_id or self.env.company
        number = form.get("phone") and self.env["res.partner"]._phone_format(
            number=form["phone"], country=company.country_id
        )
        for channel, address in zip(SCOPE, (self.sender_email, number), strict=True):
            target = (0, channel, address)
            refused = consents._get_refused("advertising", [target], company)
            if address and refused.get(target) == "no_consent":
                consents._say(
                    "given",
                    ["advertising"],
                    channel,
                    address,
                    source="form",
                    note=self.env._(
                        "Ticked “News and offers” on the site, request %(number)s",
                        number=self.request_id.service_number or self.request_id.name,
                    ),
                    company_id=company.id,
                )
