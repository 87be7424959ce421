from odoo import api, models
from odoo.exceptions import UserError

from ..tools.outbound import AddressRefused, Allowed


class ServiceOwnNetwork(models.AbstractModel):
    """What this server may reach when it calls addresses that users write.

    The rule itself is :mod:`~odoo.addons.service_crm.tools.outbound`.
    """

    _name = "service.own.network"
    _description = "Own Network"

    @api.model
    def _get_allowed(self):
        """Which addresses may be called: the internet, and what of the own network the
        system administrator allows. ::

            with self.env["service.own.network"]._get_allowed().open_session() as calls:
                calls.get(url, timeout=5, allow_redirects=False)

        :return: :class:`~odoo.addons.service_crm.tools.outbound.Allowed`
        """
        # sudo: a setting of the system administrator
        parameters = self.env["ir.config_parameter"].sudo()
        return Allowed(parameters.get_param("service_crm.own_network_hosts", ""))

    @api.model
    def _check_written(self, url):
        """Refuse an address of the own network when it is written.

        What a name leads to is looked at when it is called.

        :raise UserError: when it lies in the own network for certain
        """
        try:
            self._get_allowed().check_written(url)
        except AddressRefused as error:
            raise UserError(self._describe(error.host, error.address)) from error

    @api.model
    def _describe(self, host, address):
        """Why an address is not called, and who may allow it."""
        return self.env._(
            "%(host)s (%(address)s) lies in your own network: nothing is sent there. "
            "If it is meant, a system administrator adds it to the system parameter "
            "service_crm.own_network_hosts.",
            host=host,
            address=address,
        )
