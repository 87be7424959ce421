"""What must happen once, when the addon comes or goes."""


def post_init_hook(env):
    """Finish the installation on a database that already holds data."""


def uninstall_hook(env):
    """Leave a working Odoo: nothing of ours may stay on Odoo's own records.

    The service team, its alias and its stages stay as ordinary ones: the company's
    leads are in them, and a company that renamed them would miss its own words.
    """
    kept = ("crm.team", "mail.alias", "crm.stage")
    env["ir.model.data"].search(
        [("module", "=", "service_crm"), ("model", "in", kept)]
    ).unlink()
