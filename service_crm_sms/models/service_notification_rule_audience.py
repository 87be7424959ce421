from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.service_crm.models.service_phase_audience import Recipient

PEOPLE = ("res.partner", "res.users")


class ServiceNotificationRule(models.Model):
    """Message rules: whom they tell, also beyond what the record itself knows."""

    _inherit = "service.notification.rule"

    role_group_id = fields.Many2one(
        "res.groups",
        "Role",
        ondelete="cascade",
        help="Everybody who has this role in the company of the record.",
    )
    recipient_field_id = fields.Many2one(
        "ir.model.fields",
        "Person in",
        ondelete="cascade",
        domain="[('model', '=', model), '|', ('relation', 'in', ('res.partner', "
        "'res.users')), '&', ('ttype', '=', 'char'), ('name', 'ilike', 'email')]",
        help="The field of the record that says whom to tell.",
    )

    @api.constrains("audience", "role_group_id", "recipient_field_id", "event")
    def _check_audience(self):
        """A rule says whom it tells."""
        for rule in self:
            if rule.audience == "role" and not rule.role_group_id:
                raise ValidationError(self.env._("Choose the role that is told."))
            field = rule.recipient_field_id
            if rule.audience == "field" and not (field and field.model == rule.model):
                raise ValidationError(
                    self.env._("Choose the field that says whom to tell.")
                )

    @api.model
    def _get_audiences(self):
        """Audiences of rules: ``{key: {"name": label}}``.

        Registry and extension point: those of the records
        (``_get_service_audiences``), and those a rule itself finds by
        ``_get_<key>_recipients(record)``.
        """
        return {
            **self.env["service.phase.mixin"]._get_service_audiences(),
            "accounting": {"name": self.env._("accounting")},
            "self": {"name": self.env._("person concerned")},
            "followers": {"name": self.env._("followers")},
            "role": {"name": self.env._("role")},
            "field": {"name": self.env._("person named in the record")},
        }

    @api.model
    def _get_audience_selection(self):
        """The audiences as selection values."""
        return [(key, value["name"]) for key, value in self._get_audiences().items()]

    def _get_audience_label(self):
        """Whom the rule tells, in words."""
        self.ensure_one()
        if self.audience == "role" and self.role_group_id:
            return self.role_group_id.name
        if self.audience == "field" and self.recipient_field_id:
            return f"“{self.recipient_field_id.field_description}”"
        return self._get_audiences()[self.audience]["name"]

    def _get_rule_recipients(self, record):
        """Whom the rule tells about a record.

        :return: list of :class:`Recipient`
        """
        self.ensure_one()
        if method := getattr(self, f"_get_{self.audience}_recipients", None):
            found = method(record)
        elif hasattr(record, f"_get_{self.audience}_recipients"):
            found = record._get_service_recipients(self.audience)
        else:
            found = self._get_plain_recipients(record)
        return list(dict.fromkeys(found))

    def _get_plain_recipients(self, record):
        """Whom to tell about a record of any other kind: its customer, its people."""
        names = {
            "customer": ("partner_id",),
            "manager": ("user_id",),
            "site": ("site_id", "partner_id"),
        }.get(self.audience, ())
        if record._name == "res.partner" and self.audience == "customer":
            return self._prepare_people(record)
        for name in names:
            field = record._fields.get(name)
            if field and field.comodel_name in PEOPLE and record[name]:
                return self._prepare_people(record[name])
        return []

    def _get_self_recipients(self, record):
        """The contact itself, where the record is one."""
        people = record if record._name in PEOPLE else self.env["res.partner"]
        return self._prepare_people(people)

    def _get_accounting_recipients(self, record):
        """Who makes the invoices of the company."""
        group = self.env.ref("account.group_account_invoice", raise_if_not_found=False)
        return self._get_group_recipients(group, record) if group else []

    def _get_role_recipients(self, record):
        """Everybody who has the role."""
        return self._get_group_recipients(self.role_group_id, record)

    def _get_group_recipients(self, group, record):
        """The people of a group who work for the company of the record."""
        company = record._fields.get("company_id") and record.company_id
        users = group.all_user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and (not company or company in user.company_ids)
            )
        )
        return self._prepare_people(users - self.env.ref("base.user_root"))

    def _get_followers_recipients(self, record):
        """Who follows the record."""
        if "message_partner_ids" not in record._fields:
            return []
        return self._prepare_people(record.message_partner_ids)

    def _get_field_recipients(self, record):
        """Who stands in the field of the record."""
        value = record[self.recipient_field_id.name]
        if isinstance(value, models.BaseModel):
            return self._prepare_people(value)
        return [Recipient(0, value, value, "", "")] if value else []

    @api.model
    def _prepare_people(self, people):
        """Contacts or users as recipients."""
        mixin = self.env["service.phase.mixin"]
        partners = people.partner_id if people._name == "res.users" else people
        return [mixin._prepare_service_recipient(partner) for partner in partners]
