"""What must happen once, when the addon goes."""

# Records of Odoo's models that came with the addon and are the company's by now.
KEPT_MODELS = (
    "crm.stage",
    "crm.team",
    "mail.activity.type",
    "mail.alias",
    "product.product",
    "product.template",
    "res.partner",
    "res.users",
    "resource.calendar",
    "resource.calendar.leaves",
    "resource.resource",
)


def uninstall_hook(env):
    """Leave a working Odoo: nothing of ours may stay on Odoo's own records.

    The service team, its alias and its stages stay as ordinary ones: the company's
    leads are in them, and a company that renamed them would miss its own words. So do
    catalogue items, which are in the company's orders, and the kinds of to-dos, which
    are in its history; the to-dos of work orders go with these.
    """
    own = [name for name in env if env[name]._original_module == "service_crm"]
    for name in ("mail.activity", "mail.activity.type"):
        env[name].with_context(active_test=False).search(
            [("res_model", "in", own)]
        ).unlink()
    # Series of numbers are made for each kind of document, company by company.
    env["ir.sequence"].search([("code", "=like", "service.document.%")]).unlink()
    # These stay, or go with their table: nothing is deleted that others refer to.
    env["ir.model.data"].search(
        [("module", "=", "service_crm"), ("model", "in", [*KEPT_MODELS, *own])]
    ).unlink()
