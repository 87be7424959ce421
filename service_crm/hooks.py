"""What must happen once, when the addon comes or goes."""


def post_init_hook(env):
    """Finish the installation on a database that already holds data."""


# Records that came with the addon and are the company's by now: they stay, or go with
# their table; nothing is deleted from under what refers to it.
KEPT_MODELS = (
    "crm.stage",
    "crm.team",
    "mail.alias",
    "product.product",
    "product.template",
    "res.partner",
    "res.users",
    "resource.calendar",
    "resource.calendar.leaves",
    "resource.resource",
    "service.category",
    "service.partner.phone",
    "service.resource.skill",
    "service.skill",
)


def uninstall_hook(env):
    """Leave a working Odoo: nothing of ours may stay on Odoo's own records.

    The service team, its alias and its stages stay as ordinary ones: the company's
    leads are in them, and a company that renamed them would miss its own words. So do
    catalogue items, which are in the company's orders.
    """
    env["ir.model.data"].search(
        [("module", "=", "service_crm"), ("model", "in", KEPT_MODELS)]
    ).unlink()
