from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Marks the steps of a version in the context; no client of the RPC can send it.
_STEP = object()


class BpmProcess(models.Model):
    """Process: versions, who changes them and when."""

    _inherit = "bpm.process"

    version_ids = fields.One2many("bpm.process", "family_id", "Versions")
    version_count = fields.Integer(compute="_compute_version_count")
    has_runs = fields.Boolean(compute="_compute_has_runs")

    _version_once = models.UniqueIndex(
        "(family_id, version)", "There is this version of the process already."
    )

    @api.depends("version_ids")
    def _compute_version_count(self):
        counts = dict(
            self.with_context(active_test=False)._read_group(
                [("family_id", "in", self.family_id.ids)], ["family_id"], ["__count"]
            )
        )
        for process in self:
            process.version_count = counts.get(process.family_id, 0)

    def _compute_has_runs(self):
        started = self._origin._get_started()
        for process in self:
            process.has_runs = process._origin in started

    @api.depends("name", "version")
    def _compute_display_name(self):
        for process in self:
            process.display_name = process.name
            if process.version > 1:
                process.display_name = self.env._(
                    "%(process)s, version %(version)s",
                    process=process.name,
                    version=process.version,
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_step() and any(
            vals.get("state", "draft") != "draft" or self._get_step_fields() & set(vals)
            for vals in vals_list
        ):
            raise self._make_step_error()
        processes = super().create(vals_list)
        processes._check_editor()
        for process in processes:
            if not process.family_id:
                process.with_context(bpm_step=_STEP).family_id = process
        processes._definition_changed()
        return processes

    def write(self, vals):
        touched = {name for name in vals if not self._is_free_field(name)}
        if touched and not self._is_step():
            self._check_editable()
            if touched & {"state", *self._get_step_fields()}:
                raise self._make_step_error()
        result = super().write(vals)
        if touched:
            self._check_editor()
            self._definition_changed()
        return result

    def unlink(self):
        self._definition_changed()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_editor()
        for process in self:
            if process.state == "published" or process._get_started():
                raise UserError(
                    self.env._(
                        "“%(process)s” is published or was run: archive it instead.",
                        process=process.display_name,
                    )
                )

    def copy(self, default=None):
        copies = super().copy(default)
        for process, copied in zip(self, copies, strict=True):
            process._copy_parts(copied)
        return copies

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if not self._is_step():
            for process, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%(process)s (copy)", process=process.name)
        return vals_list

    def _update_field_translations(self, field_name, *args, **kwargs):
        """Translations are part of the definition, too."""
        if not self._is_free_field(field_name):
            self._check_editable()
        return super()._update_field_translations(field_name, *args, **kwargs)

    def action_publish(self):
        """From now on this version is started; the one before is retired."""
        self.check_access("write")
        self._check_editable()
        for process in self:
            process._check_publishable()
        self._publish()
        return True

    def action_retire(self):
        """No run is started any more; those under way go on."""
        self.check_access("write")
        self._check_editor()
        self.filtered(lambda process: process.state == "published")._set_state(
            "retired"
        )
        return True

    def action_draft(self):
        """Change it once more: only as long as no run has kept it."""
        self.check_access("write")
        self._check_editor()
        for process in self._get_started():
            raise UserError(
                self.env._(
                    "“%(process)s” has been run: its runs keep it as it is. Make a "
                    "new version to change it.",
                    process=process.display_name,
                )
            )
        self._set_state("draft")
        return True

    def action_new_version(self):
        """Open a draft of the next version; one that is there already is taken."""
        self.ensure_one()
        self.check_access("write")
        draft = self.with_context(active_test=False).version_ids.filtered(
            lambda version: version.state == "draft"
        )[:1]
        return (draft or self.family_id._make_version(self))._get_form_action()

    def action_take_over(self):
        """Let the process run with the rights of who presses the button."""
        self.check_access("write")
        self._check_take_over()
        # Who presses gives own rights; those of the present user are given up.
        self.sudo().with_context(bpm_step=_STEP).user_id = self.env.user
        return True

    def action_open_versions(self):
        """All versions of the process."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Versions of “%(process)s”", process=self.name),
            "res_model": "bpm.process",
            "views": [(False, "list"), (False, "form")],
            "domain": [("family_id", "=", self.family_id.id)],
            "context": {"active_test": False},
        }

    def _publish(self):
        """Publish versions; what is checked before is checked by the caller."""
        former = self.family_id.version_ids - self
        former.filtered(lambda v: v.state == "published")._set_state("retired")
        self._set_state("published")

    def _set_identity(self, user):
        """Let a version run as a user, past the guard of the definition; only inside a
        rehearsal."""
        # sudo: all is taken back; nobody gets other rights than the own ones
        self.sudo().with_context(bpm_step=_STEP).write({"user_id": user.id})
        self.flush_recordset(["user_id"])

    def _set_state(self, state):
        """Write the state of versions, past the guard of the definition."""
        # the caller has checked who may
        self.sudo().with_context(bpm_step=_STEP).write({"state": state})
        self.flush_recordset(["state"])

    def _make_version(self, source):
        """The next version of a family, as a copy.

        :param source: the version it is copied from
        """
        self.ensure_one()
        versions = self.with_context(active_test=False).version_ids
        default = {
            "family_id": self.id,
            "version": max(versions.mapped("version")) + 1,
            "active": True,
        }
        if self.env.is_system():
            default["user_id"] = source.user_id.id
        version = source.with_context(bpm_step=_STEP).copy(default)
        return version.with_env(self.env)

    def _get_started(self):
        """Those versions that have been run."""
        # whether there are runs, not which
        runs = self.env["bpm.instance"].sudo()
        started = runs._read_group([("process_id", "in", self.ids)], ["process_id"])
        return self.filtered(lambda v: v.id in {process.id for (process,) in started})

    @api.model
    def _get_part_fields(self):
        """What is copied with a process, in an order in which each may refer to what
        came before. Extension point."""
        return ["lane_ids", "variable_ids", "stage_ids", "transition_ids"]

    def _copy_parts(self, target):
        """Copy the definition into a new process.

        References from one part to another lead to the copies.
        """
        self.ensure_one()
        copies = {}
        for name in self._get_part_fields():
            parts = self.with_context(active_test=False)[name]
            inverse = parts._fields[self._fields[name].inverse_name]
            vals_list = parts.copy_data(
                {} if inverse.related else {inverse.name: target.id}
            )
            for vals in vals_list:
                for field_name, value in vals.items():
                    field = parts._fields[field_name]
                    known = copies.get(field.comodel_name)
                    if known and field.type == "many2one":
                        vals[field_name] = known.get(value, value)
            made = parts.create(vals_list)
            copies.setdefault(parts._name, {}).update(
                zip(parts._ids, made._ids, strict=True)
            )
            for part, copied in zip(parts, made, strict=True):
                part.copy_translations(copied)

    @api.model
    def _get_free_fields(self):
        """Fields that are no part of the definition. Extension point."""
        return {"active", "sequence", "owner_id"}

    @api.model
    def _is_free_field(self, name):
        """Whether a field may change in every state of a version."""
        return name in self._get_free_fields() or name.startswith(
            ("message_", "activity_", "website_message_")
        )

    @api.model
    def _get_step_fields(self):
        """Fields that only the steps of a version write."""
        return {"family_id", "version"}

    @api.model
    def _is_step(self):
        return self.env.context.get("bpm_step") is _STEP

    @api.model
    def _make_step_error(self):
        return AccessError(
            self.env._(
                "The state and the number of a version change by its buttons only: "
                "Publish, Retire, New Version."
            )
        )

    def _check_editable(self):
        """What a version says changes only while it is a draft, by who may.

        :raise UserError: when it is published or retired
        """
        for process in self:
            if process.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(process)s” is published: its runs rely on it. Make a new "
                        "version to change it.",
                        process=process.display_name,
                    )
                )
        self._check_editor()

    def _check_editor(self):
        """Nobody gets the rights of another user by way of a process.

        :raise AccessError: when it runs with the rights of somebody else
        """
        for process in self:
            if not (self.env.su or process._may_act()):
                raise AccessError(
                    self.env._(
                        "The process “%(process)s” runs with the rights of %(user)s. "
                        "Only %(user)s or a system administrator may change it. Press "
                        "“Run as Me” first to let it run with your rights.",
                        process=process.display_name,
                        user=process.user_id.name,
                    )
                )

    def _may_act(self):
        """Whether the present user has the rights the process runs with."""
        self.ensure_one()
        user = self.env.user
        return self.user_id == user or user._is_system()

    def _check_take_over(self):
        """Whether the present user may let the process run as himself. Extension
        point."""

    def _get_form_action(self):
        """Open the form of one process."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }
