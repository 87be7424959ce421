import json
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit

import pytz

from odoo import api, fields, models
from odoo.tools import email_normalize

from ..tools.mail_text import shorten
from ..tools.web_form import (
    DAY_PARTS,
    MAX_PHOTO_BYTES,
    MAX_PHOTOS,
    MAX_TOTAL_BYTES,
    check_photos,
    clean_fields,
    photo_names,
)

MAX_REFUSED = 20


class ServiceInbound(models.Model):
    """The web form door."""

    _inherit = "service.inbound"

    @api.model
    def _check_form(self, values, photos):
        """What is wrong with a post: ``{field: why}`` in the visitor's language.

        Extension point: call ``super()`` and add to the answer.
        """
        errors = {}
        if len(values["need"]) < 3:
            errors["need"] = self.env._("Say in a few words what is needed.")
        if not values["name"]:
            errors["name"] = self.env._("Whom may we ask for?")
        if not values["phone"] and not values["email"]:
            errors["phone"] = self.env._("Leave a phone number or an e-mail address.")
        elif values["phone"] and sum(c.isdigit() for c in values["phone"]) < 5:
            errors["phone"] = self.env._("This phone number is too short.")
        if values["email"] and not self._is_mail_address(values["email"]):
            errors["email"] = self.env._("This e-mail address is not complete.")
        if values["day"] and not self._parse_wished_day(values["day"]):
            errors["day"] = self.env._("Choose a day from today on.")
        wrong = check_photos(photos)
        if wrong:
            errors["photos"] = self._get_photo_error(*wrong)
        return errors

    @api.model
    def _is_mail_address(self, address):
        normalized = email_normalize(address)
        return normalized and "." in normalized.rpartition("@")[2].strip(".")

    @api.model
    def _get_photo_error(self, kind, name):
        """What is wrong with the photos sent, in words."""
        megabyte = 1024 * 1024
        if kind == "count":
            return self.env._("At most %(count)s photos.", count=MAX_PHOTOS)
        if kind == "total":
            return self.env._(
                "The photos together are larger than %(size)s MB.",
                size=MAX_TOTAL_BYTES // megabyte,
            )
        if kind == "size":
            return self.env._(
                "%(name)s is larger than %(size)s MB.",
                name=name,
                size=MAX_PHOTO_BYTES // megabyte,
            )
        return self.env._("%(name)s is not a photo.", name=name)

    @api.model
    def _parse_wished_day(self, day):
        """The wished day; None when it is none, past or more than a year ahead."""
        try:
            day = fields.Date.to_date(day)
        except ValueError:
            return None
        today = fields.Date.context_today(self)
        return (
            day
            if today - timedelta(days=1)
            <= day
            <= today.replace(year=today.year + 1, day=min(today.day, 28))
            else None
        )

    @api.model
    def _receive_form(self, form, photos, team, utm=None):
        """Take one checked post of the web form.

        :param form: the posted fields; ``token`` makes the same post one
        :param photos: list of ``(name, bytes)``
        :param utm: ``{"campaign_id": name, …}`` of the visit
        :return: the inbound, see :meth:`_receive`
        """
        values = self._clean_form(form)
        return self._receive(
            "form",
            self._dump_form(values, photos),
            external_id=values["token"] or None,
            sender=self._get_form_sender(values),
            name=shorten(values["need"].splitlines()[0], 80),
            preview=values["need"],
            payload={"form": values, "utm": utm or {}},
            team_id=team.id,
            files=photo_names(photos),
        )

    @api.model
    def _clean_form(self, form):
        """The known fields of a post, as they are kept. Extension point."""
        return clean_fields(form)

    @api.model
    def _keep_refused_form(self, form, photos, team, reason):
        """A refused post for people to look at; of one team only the last ones."""
        values = self._clean_form(form)
        refused = [
            ("channel", "=", "form"),
            ("state", "=", "refused"),
            ("team_id", "=", team.id),
            ("create_date", ">=", fields.Datetime.now() - timedelta(hours=1)),
        ]
        if self.search_count(refused, limit=MAX_REFUSED) >= MAX_REFUSED:
            return self.browse()
        return self._receive(
            "form",
            self._dump_form(values, photos),
            sender=self._get_form_sender(values),
            name=shorten(values["need"], 80).replace("\n", " ")
            or self.env._("(empty form)"),
            preview=values["need"],
            payload={"form": values},
            team_id=team.id,
            state="refused",
            error=reason,
        )

    @api.model
    def _dump_form(self, values, photos):
        """The post as a person may read it."""
        named = {**values, "photos": [name for name, _content in photos]}
        return json.dumps(named, ensure_ascii=False, indent=2).encode()

    @api.model
    def _get_form_sender(self, values):
        """The sender as a mail would have it."""
        contact = values["email"] or values["phone"]
        if values["name"] and contact:
            return f"{values['name']} <{contact}>"
        return values["name"] or contact

    def _process_form(self):
        """The form always makes a request; who it is of is matched at its creation."""
        request = self._create_request(self._prepare_form_request_values())
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)]
        )
        if attachments:
            request.message_post(
                body=self.env._("Photos of the customer"),
                attachment_ids=attachments.ids,
                subtype_xmlid="mail.mt_note",
            )
        (self + self._find_refused_before())._set_done(request)

    def _find_refused_before(self):
        """Refused posts of this very form, which the visitor has put right since."""
        token = (self.payload or {}).get("form", {}).get("token")
        refused = self.search(
            [
                ("channel", "=", "form"),
                ("state", "=", "refused"),
                ("team_id", "=", self.team_id.id),
                ("create_date", ">=", fields.Datetime.now() - timedelta(hours=1)),
            ]
        )
        return refused.filtered(
            lambda post: token and post.payload.get("form", {}).get("token") == token
        )

    def _prepare_form_request_values(self):
        """Values of the request of one form post. Extension point."""
        payload = self.payload or {}
        form = payload.get("form") or {}
        values = {
            "contact_name": form.get("name"),
            "email_from": form.get("email") or False,
            "phone": form.get("phone") or False,
            "street": form.get("place") or False,
            "service_need": form.get("need"),
            **self._get_wished_times(form),
        }
        for _parameter, field_name, _cookie in self.env["utm.mixin"].tracking_fields():
            name = (payload.get("utm") or {}).get(field_name)
            if name:
                comodel = self.env["crm.lead"]._fields[field_name].comodel_name
                record = self.env["utm.mixin"]._find_or_create_record(comodel, name)
                values[field_name] = record.id
        return values

    def _get_wished_times(self, form):
        """Wished time in UTC, of a day and a part of it on the company's clock."""
        day = form.get("day") and fields.Date.to_date(form["day"])
        if not day:
            return {}
        company = self.company_id or self.env.company
        zone = pytz.timezone(company.resource_calendar_id.tz or "UTC")
        start, end = DAY_PARTS.get(form.get("part"), DAY_PARTS["any"])
        return {
            name: zone.localize(datetime.combine(day, time(hour)))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for name, hour in (("wished_start", start), ("wished_end", end))
        }

    def _get_form_answer(self):
        """What the visitor gets at once: number and link of the request."""
        with self._own_transaction() as own:
            request = own.request_id
            url = request and urlsplit(request._get_service_tracking_url())
            return {
                "ok": True,
                "number": request.service_number or "",
                # on the host the visitor is on, whatever the company's own name is
                "url": url.path if url else "",
            }
