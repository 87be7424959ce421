"""Addresses of the own network that may be called: one setting for all addons."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE ir_config_parameter SET key = 'service_crm.own_network_hosts'
         WHERE key = 'service_crm_bpm.webhook_hosts'
           AND NOT EXISTS (SELECT 1 FROM ir_config_parameter
                            WHERE key = 'service_crm.own_network_hosts')
        """
    )
