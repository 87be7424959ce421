"""Processes that are shipped now are published; those there are get a next version.

Odoo loads new records in an upgrade, but publishes nothing. A process that the company
has made its own stays as it is: what is shipped waits as a draft.
"""

import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, process in _get_new(env).items():
        former = env.ref(f"service_crm_bpm.former_{name}", raise_if_not_found=False)
        if former:
            _replace(former, process)
        else:
            process._publish()


def _get_new(env):
    """Processes this upgrade has brought: ``{name: process}``."""
    names = env["ir.model.data"].search(
        [("module", "=", "service_crm_bpm"), ("model", "=", "bpm.process")]
    )
    processes = {row.name: env["bpm.process"].browse(row.res_id) for row in names}
    return {
        name: process
        for name, process in processes.items()
        if process.create_date == env.cr.now() and process.state == "draft"
    }


def _replace(former, process):
    family = former.family_id
    versions = family.with_context(active_test=False).version_ids
    is_own = versions != former or _is_changed(former, process)
    process.write({name: former[name] for name in process._get_free_fields()})
    process.flush_recordset()
    former.env.cr.execute(
        "UPDATE bpm_process SET family_id = %s, version = %s WHERE id = %s",
        [family.id, max(versions.mapped("version")) + 1, process.id],
    )
    former.env.invalidate_all()
    if not is_own:
        process._publish()
        return
    _logger.info(
        "The process %s was changed here and stays as it is; version %s is as shipped.",
        former.name,
        process.version,
    )
    if "draft" in versions.mapped("state"):
        process._set_state("retired")  # one draft at a time is worked on


def _is_changed(former, process):
    """Whether somebody changed a process after it was installed."""
    parts = [former[name] for name in former._get_part_fields()]
    if former.state != "published" or any(
        part.write_date > former.create_date for records in parts for part in records
    ):
        return True
    names = [
        name
        for name, field in former._fields.items()
        if field.store
        and field.type not in ("one2many", "many2many")
        and name not in (*former._get_step_fields(), "id", "state")
        and name not in ("create_uid", "create_date", "write_uid", "write_date")
        and not former._is_free_field(name)
    ]
    return any(former[name] != process[name] for name in names)
