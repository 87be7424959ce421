"""What must happen once, when the addon comes or goes."""


def post_init_hook(env):
    """Finish the installation on a database that already holds data."""


def uninstall_hook(env):
    """Leave a working Odoo: nothing of ours may stay on Odoo's own records."""
