import logging
import time
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from ..tools import travel
from ..tools.travel_table import (
    TravelError,
    WayCache,
    build_table_url,
    fetch,
    read_table,
    split_table,
)

_logger = logging.getLogger(__name__)

QUIET = timedelta(minutes=5)  # after a failure nobody waits for it again
ROUNDS = 3  # all parts of one table together: so many times the time of one
KNOWN = WayCache()


class ServiceTravelProvider(models.Model):
    """Who tells how long a way takes: a service that knows the streets."""

    _name = "service.travel.provider"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Provider of ways"
    _order = "sequence, id"

    name = fields.Char(required=True)
    active = fields.Boolean(
        default=True, help="Off: ways are counted from the coordinates."
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        lambda self: list(self._get_kinds().items()), default="osrm", required=True
    )
    url = fields.Char(
        "Address",
        required=True,
        help="Where the service answers, for example http://osrm.example.com:5000. The "
        "coordinates of your customers and performers are sent there.",
    )
    profile = fields.Char(
        "Means of Travel",
        default="driving",
        required=True,
        help="As the service calls it.",
    )
    timeout = fields.Float(
        "Wait at Most",
        default=3.0,
        help="Seconds; after that ways are counted from the coordinates.",
    )
    most_places = fields.Integer(
        "Places at Once", default=100, help="More are asked for in parts."
    )
    user_id = fields.Many2one(
        "res.users",
        "Told When It Fails",
        default=lambda self: self.env.user,
        help="Gets a to-do when the service stops answering.",
    )
    error = fields.Char("Does Not Answer", readonly=True, copy=False)
    error_date = fields.Datetime("Failed At", readonly=True, copy=False)
    answer_date = fields.Datetime("Last Answer", readonly=True, copy=False)

    _timeout_range = models.Constraint(
        "CHECK(timeout > 0 AND timeout <= 30)", "Wait between 0 and 30 seconds."
    )
    _most_places_range = models.Constraint(
        "CHECK(most_places BETWEEN 2 AND 1000)", "Ask for 2 to 1000 places at once."
    )

    # Constraints

    @api.constrains("url", "profile")
    def _check_url(self):
        """The address is one of a web service, without secrets in it."""
        for provider in self:
            parts = urlsplit(provider.url or "")
            plain = parts.scheme in ("http", "https") and parts.hostname
            if not plain or parts.query or parts.fragment or parts.username:
                raise ValidationError(
                    self.env._(
                        "“%(url)s” is no address of a service. It looks like "
                        "http://osrm.example.com:5000.",
                        url=provider.url,
                    )
                )
            if not provider.profile.replace("-", "").replace("_", "").isalnum():
                raise ValidationError(
                    self.env._("The means of travel is one word, such as driving.")
                )
            self.env["service.own.network"]._check_written(provider.url)

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        providers = super().create(vals_list)
        self.env.registry.clear_cache()
        return providers

    def write(self, vals):
        if vals.keys() & {"url", "kind", "profile"}:
            vals = {"error": False, "error_date": False, **vals}
        result = super().write(vals)
        if vals.keys() & {"active", "sequence", "url", "kind", "profile"}:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # Actions

    def action_try(self):
        """Ask for one way and tell what came back."""
        self.env.user._check_service_role("admin")
        self.check_access("write")
        self.ensure_one()
        here = self.env["service.travel"]._get_places(self.env.company.partner_id)
        origin = next(iter(here.values())) or (55.751, 37.618)
        target = origin[0] + 0.03, origin[1] + 0.03
        try:
            way = self._fetch([origin], [target])[0][0]
        except TravelError as error:
            raise UserError(self._describe_error(error)) from error
        self._note_answer()
        words = (
            self.env._(
                "%(name)s answers: a way of %(count)s km takes %(minutes)s min.",
                name=self.name,
                count=f"{way[1] / 1000:.1f}",
                minutes=round(way[0] / 60),
            )
            if way
            else self.env._("%(name)s answers, but knows no way.", name=self.name)
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success" if way else "warning", "message": words},
        }

    # Helpers

    @api.model
    def _get_kinds(self):
        """Kinds of services: ``{key: label}``.

        Registry and extension point: a further kind is one entry here and the method
        ``_fetch_<key>(origins, targets)``, which returns rows of ``(seconds, metres)``
        or ``None`` and raises :class:`~.TravelError`.
        """
        return {"osrm": self.env._("Road map service (OSRM)")}

    @api.model
    @ormcache()
    def _get_asked_id(self):
        """The provider that is asked, if there is one."""
        # sudo: ways are told to whoever plans, without a right on the settings
        return self.sudo().search([], limit=1).id

    def _get_ways(self, origins, targets):
        """Ways as the provider tells them, else from the coordinates.

        :param origins, targets: lists of ``(latitude, longitude)`` or ``None``
        :return: ``(rows of (seconds, metres), complaint in words or None)``
        """
        self.ensure_one()
        complaint = None
        asked = {
            (origin, target)
            for origin in origins
            for target in targets
            if origin
            and target
            and origin != target
            and not self._find_known(origin, target)
        }
        if asked and self._is_quiet():
            complaint = self._get_complaint()
        elif asked:
            try:
                self._ask(asked)
                self._note_answer()
            except TravelError as error:
                self._note_failure(error)
                complaint = self._get_complaint()
        rows = [
            [
                (origin != target and self._find_known(origin, target))
                or travel.estimate(origin, target)
                for target in targets
            ]
            for origin in origins
        ]
        return rows, complaint

    def _find_known(self, origin, target):
        """A way the provider told before, if any."""
        return KNOWN.get((self.url, self.profile, origin, target))

    def _ask(self, pairs):
        """Ask for ways between places, in parts, and keep them."""
        origins = sorted({origin for origin, _target in pairs})
        targets = sorted({target for _origin, target in pairs})
        until = time.monotonic() + ROUNDS * self.timeout
        for some, others in split_table(origins, targets, self.most_places):
            if time.monotonic() > until:
                raise TravelError("slow")
            rows = self._fetch(some, others)
            for origin, row in zip(some, rows, strict=True):
                for target, way in zip(others, row, strict=True):
                    # No way there by road: as good as the coordinates say.
                    way = way or travel.estimate(origin, target)
                    KNOWN.put((self.url, self.profile, origin, target), way)

    def _fetch(self, origins, targets):
        return getattr(self, f"_fetch_{self.kind}")(origins, targets)

    def _fetch_osrm(self, origins, targets):
        url = build_table_url(self.url, self.profile, origins, targets)
        allowed = self.env["service.own.network"]._get_allowed()
        text = fetch(url, self.timeout, allowed)
        rows = read_table(text, len(origins), len(targets))
        return [
            [way and (way[0] + travel.PARKING, way[1]) for way in row] for row in rows
        ]

    def _is_quiet(self):
        """Whether it failed a moment ago: nobody waits for it again then."""
        return bool(self.error and self.error_date > fields.Datetime.now() - QUIET)

    def _note_answer(self):
        """It answers: what was wrong is over."""
        if self.error or not self.answer_date:
            self.write(
                {
                    "error": False,
                    "error_date": False,
                    "answer_date": fields.Datetime.now(),
                }
            )
            self.activity_unlink(["mail.mail_activity_data_warning"])

    def _note_failure(self, error):
        """Keep what is wrong, and tell the administrator once."""
        _logger.info("Provider of ways %s: %s %s", self.id, error.kind, error.detail)
        words = self._describe_error(error)
        told = bool(self.error)
        self.write({"error": words, "error_date": fields.Datetime.now()})
        if not told and self.user_id:
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=self.user_id.id,
                summary=self.env._("Ways are counted from coordinates"),
                note=words,
            )

    def _describe_error(self, error):
        """What is wrong with the service, in words."""
        if error.kind == "refused":
            return self.env["service.own.network"]._describe(*error.detail)
        values = {"name": self.name, "detail": error.detail}
        if error.kind == "slow":
            return self.env._(
                "%(name)s did not answer within %(count)s seconds. Is it running, and "
                "is the server near enough?",
                count=f"{self.timeout:g}",
                **values,
            )
        if error.kind == "unreachable":
            return self.env._(
                "%(name)s cannot be reached. Check its address and the network.",
                **values,
            )
        if error.kind == "status":
            return self.env._(
                "%(name)s refused with status %(detail)s. Check its address and the "
                "means of travel.",
                **values,
            )
        return self.env._(
            "%(name)s gave an answer that is no table of ways (%(detail)s). Is it the "
            "kind of service you chose?",
            **values,
        )

    def _get_complaint(self):
        """What people who plan are told meanwhile."""
        return self.env._(
            "Ways are counted from the coordinates: %(name)s does not answer.",
            name=self.name,
        )
