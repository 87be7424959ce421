from odoo import http
from odoo.http import request

from ..tools.web_form import LENGTHS, MAX_PHOTOS, clean_fields, network_of

MAX_POST = 60 * 1024 * 1024
HOUR = 60 * 60


class ServiceWebForm(http.Controller):
    """The public page where customers file requests."""

    @http.route(
        ["/service/request", "/service/request/<int:team_id>"],
        type="http",
        auth="public",
        website=True,
        sitemap=True,
    )
    def service_request_form(self, team_id=None, **query):
        own_team = team_id or self._get_item(query).service_effective_team_id.id
        team = self._get_team(own_team) or self._get_team(team_id)
        if not team:
            raise request.not_found()
        return request.render(
            "service_crm.web_form", self._prepare_form_values(team, query)
        )

    @http.route(
        "/service/request/send",
        type="http",
        auth="public",
        website=True,
        multilang=False,
        methods=["POST"],
        max_content_length=MAX_POST,
    )
    def service_request_send(self, team_id=None, **form):
        team = self._get_team(int(team_id) if (team_id or "").isdecimal() else None)
        if not team:
            raise request.not_found()
        photos = self._read_photos()
        # the visitor has no rights here: only what the form may say is written
        Inbound = request.env["service.inbound"].sudo()
        if not self._is_within_limit():
            refusal = 429, {"": self._get_wait_text()}
        elif form.get("website"):  # a field that people do not see
            refusal = 400, {"": self._get_robot_text()}
        else:
            errors = Inbound._check_form(clean_fields(form), photos)
            refusal = errors and (422, errors)
        if refusal:
            status, errors = refusal
            Inbound._keep_refused_form(form, photos, team, "\n".join(errors.values()))
            return request.make_json_response(
                {"ok": False, "errors": errors}, status=status
            )
        inbound = Inbound._receive_form(form, photos, team, self._get_utm(form))
        return request.make_json_response(inbound._get_form_answer())

    def _is_within_limit(self):
        """Count the post of the visitor's network; whether it may post now."""
        # a setting that visitors may not read
        parameters = request.env["ir.config_parameter"].sudo()
        # a counter that visitors have no rights on
        limiter = request.env["service.rate.limit"].sudo()
        return limiter._allow(
            "web_form",
            network_of(request.httprequest.remote_addr),
            int(parameters.get_param("service_crm.form_posts_per_hour", 20)),
            HOUR,
        )

    def _get_wait_text(self):
        """What a visitor is told whose network sent too many requests."""
        # sudo: only the length of the window is asked for
        limit = request.env["service.rate.limit"].sudo()
        return request.env._(
            "Many requests came from your network in a short time. Please wait "
            "%(minutes)s minutes, or call us.",
            minutes=limit._get_minutes_to_wait(HOUR),
        )

    def _get_robot_text(self):
        """What a sender is told who filled the field people do not see."""
        return request.env._(
            "This looks like an automatic post. Please call us or write a mail."
        )

    def _get_team(self, team_id):
        """The team of the link, if it takes requests from the site (superuser mode)."""
        # the public user reads no teams: only whether this one takes requests
        return request.env["crm.team"].sudo()._get_form_team(team_id)

    def _get_item(self, query):
        """The service of the link, if it is ordered on the site (superuser mode)."""
        # visitors read no products: only whether this service may be ordered here
        items = request.env["product.template"].sudo()
        return items._get_service_form_item(query.get("service"), request.env.company)

    def _prepare_form_values(self, team, query):
        """What the page shows. Extension point."""
        partner = request.env.user.partner_id
        known = not request.env.user._is_public()
        item = self._get_item(query)
        questions = item._get_form_questions()
        return {
            "item": item,
            "questions": [question._prepare_question() for question in questions],
            "team": team,
            "company": team.company_id or request.env.company,
            "lengths": LENGTHS,
            "max_photos": MAX_PHOTOS,
            "values": {
                "name": partner.name if known else "",
                "phone": partner.phone if known else "",
                "email": partner.email if known else "",
                "need": clean_fields(query)["need"] or item.name or "",
            },
            "utm": {
                parameter: query.get(parameter, "")[:100]
                for parameter, _field, _cookie in self._get_tracking()
            },
        }

    def _read_photos(self):
        """``(name, bytes)`` of the posted photos; one more than allowed tells."""
        files = request.httprequest.files.getlist("photos")[: MAX_PHOTOS + 1]
        return [
            (file.filename or "", content) for file in files if (content := file.read())
        ]

    def _get_utm(self, form):
        """Where the visitor came from: the page's address, else Odoo's cookies."""
        utm = {}
        for parameter, field_name, cookie in self._get_tracking():
            value = form.get(parameter) or request.cookies.get(cookie) or ""
            if value.strip():
                utm[field_name] = value.strip()[:100]
        return utm

    def _get_tracking(self):
        """Where the visitor came from: Odoo's own names of parameters and cookies."""
        return request.env["utm.mixin"].tracking_fields()
