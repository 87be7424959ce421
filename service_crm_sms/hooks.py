"""What must happen once, when the addon goes."""


def uninstall_hook(env):
    """Leave a working Odoo: no text holds on to a template that goes with an addon.

    Texts and rules of the company go with their tables, after the templates.
    """
    env.cr.execute(
        "UPDATE service_message_template"
        " SET mail_template_id = NULL, sms_template_id = NULL"
    )
    env.invalidate_all()
