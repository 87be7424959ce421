"""What must happen once, when the addon goes."""


def uninstall_hook(env):
    """Leave a working Odoo: to-dos of processes stay ordinary to-dos.

    Those on runs and robots go with these; the kind of the tasks stays, for it is in
    the history of the company's documents.
    """
    own = [name for name in env if env[name]._original_module == "service_crm_bpm"]
    for name in ("mail.activity", "mail.activity.type"):
        env[name].with_context(active_test=False).search(
            [("res_model", "in", own)]
        ).unlink()
    # Robots hold on to templates and groups that go before the robots' table does.
    env.cr.execute("DELETE FROM bpm_robot")
    # These stay, or go with their table: nothing is deleted that others refer to.
    env["ir.model.data"].search(
        [
            ("module", "=", "service_crm_bpm"),
            ("model", "in", ["mail.activity.type", *own]),
        ]
    ).unlink()
