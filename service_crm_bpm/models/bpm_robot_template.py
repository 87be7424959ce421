from odoo import api, fields, models
from odoo.exceptions import UserError


class BpmRobot(models.Model):
    """Robot: new documents are made after a template (a project, an order …)."""

    _inherit = "bpm.robot"

    create_template_ref = fields.Reference(
        lambda self: self.env["bpm.robot"]._get_reference_models(),
        "After the Model Of",
        help="A document that is copied, with what belongs to it. The fields below are "
        "set on the copy.",
    )

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        return [*super()._get_guarded_fields(), "create_template_ref"]

    def _check_create(self):
        """The template is of the kind that is made."""
        result = super()._check_create()
        template = self.create_template_ref
        if template and template._name != self.create_model_id.model:
            raise UserError(
                self.env._(
                    "“%(template)s” is of another kind than what is made.",
                    template=self._describe_ref(template),
                )
            )
        return result

    def _make_documents(self, target, vals_list):
        """Copies of the template, where there is one."""
        template = self.create_template_ref
        if not template:
            return super()._make_documents(target, vals_list)
        # a project template becomes a project by this key of Odoo's
        template = target.browse(template.id).with_context(copy_from_template=True)
        made = target.browse()
        for vals in vals_list:
            made |= template.copy(vals)
        return made.with_env(target.env)
