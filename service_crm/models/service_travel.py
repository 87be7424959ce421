from odoo import api, models

from ..tools import travel


class ServiceTravel(models.AbstractModel):
    """How far it is from place to place: by coordinates, or as a provider says."""

    _name = "service.travel"
    _description = "Ways between places"

    @api.model
    def _get_places(self, partners):
        """Coordinates of addresses: ``{partner id: (latitude, longitude) or None}``.

        A contact without coordinates takes those of its company.
        """
        places = {}
        for partner in partners:
            holder = partner
            if not (holder.partner_latitude or holder.partner_longitude):
                holder = partner.commercial_partner_id
            known = holder.partner_latitude or holder.partner_longitude
            places[partner.id] = (
                (holder.partner_latitude, holder.partner_longitude) if known else None
            )
        return places

    @api.model
    def _get_matrix(self, origins, targets):
        """Ways from each origin to each target.

        :param origins, targets: lists of ``(latitude, longitude)`` or ``None``
        :return: ``[[(seconds, metres)]]``, a row per origin; ``None`` for a place
            counts as a way of a usual length
        """
        return self._ask_matrix(origins, targets)[0]

    @api.model
    def _get_ways(self, pairs):
        """Single ways, from what is known here: nobody outside is asked.

        :param pairs: ``[(origin, target)]``, each ``(latitude, longitude)`` or ``None``
        :return: ``[(seconds, metres)]``; ``None`` where a place is not known
        """
        provider = self._get_provider()
        return [
            (provider and provider._find_known(origin, target))
            or travel.estimate(origin, target)
            if origin and target
            else None
            for origin, target in pairs
        ]

    @api.model
    def _get_provider(self):
        """Who is asked for ways; nobody: they are counted from the coordinates."""
        # sudo: ways are told to whoever plans, without a right on the settings
        providers = self.env["service.travel.provider"].sudo()
        return providers.browse(providers._get_asked_id() or ())

    @api.model
    def _ask_matrix(self, origins, targets):
        """Ways as the provider tells them, by coordinates where it does not answer.

        :return: ``(rows as of _get_matrix, complaint in words or None)``
        """
        provider = self._get_provider()
        if provider:
            return provider._get_ways(origins, targets)
        ways = [
            [travel.estimate(origin, target) for target in targets]
            for origin in origins
        ]
        return ways, None
