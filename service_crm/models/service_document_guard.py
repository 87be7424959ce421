from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.defaults import without_defaults
from ..tools.work_order_steps import UNDER_WAY

# Only the steps write these; for everybody else they are facts.
STEP_FIELDS = frozenset(
    {
        "access_token",
        "attachment_id",
        "cancel_reason",
        "docx_attachment_id",
        "goods_received",
        "holder",
        "is_filled_by_hand",
        "issued_on",
        "name",
        "remind_on",
        "sent_on",
        "signature",
        "signed_by",
        "signed_ip",
        "signed_on",
        "state",
    }
)
# What may change after a document was issued.
OPEN_FIELDS = frozenset(
    {"active", "responsible_id", "scan_ids", "activity_ids", "message_follower_ids"}
)
# Where a scan was uploaded that belongs to no record yet.
SCAN_MODELS = (False, "service.document", "service.document.sign")
# Records a paper copies from.
SOURCE_FIELDS = ("request_id", "order_id", "work_order_id", "contract_id")
# What a performer hands in.
PERFORMER_FIELDS = frozenset({"scan_ids"})


class ServiceDocument(models.Model):
    """Document: what is written by steps only, and what by whom."""

    _inherit = "service.document"

    # Whoever knows it speaks for the customer.
    access_token = fields.Char(groups="base.group_system")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._check_facts({n for n in vals if vals[n] not in (False, "draft")})
        self = without_defaults(self, STEP_FIELDS)
        documents = super().create(vals_list)
        documents._check_sources()
        documents._adopt_scans()
        return documents

    def write(self, vals):
        if not self.env.su:
            self._check_fields_by_hand(vals)
        kept = {}
        if "scan_ids" in vals and not self.env.su:
            kept = {document: document._get_signed_scans() for document in self}
        result = super().write(vals)
        if not vals.keys().isdisjoint(SOURCE_FIELDS):
            self._check_sources()
        if "scan_ids" in vals:
            self._adopt_scans()
        for document, scans in kept.items():
            document._check_scans_stay(scans)
        return result

    def get_formview_id(self, access_uid=None):
        """Performers see a document as they need it on a phone."""
        user = self.env["res.users"].browse(access_uid or self.env.uid)
        if not user._has_service_role("operator", "manager", "dispatcher"):
            return self.env.ref("service_crm.service_document_view_form_performer").id
        return super().get_formview_id(access_uid=access_uid)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        numbered = self.filtered("name")
        if numbered:
            raise UserError(
                self.env._(
                    "%(documents)s: a document that has a number is not deleted. "
                    "Cancel it instead: the number stays, with the reason.",
                    documents=", ".join(numbered.mapped("display_name")),
                )
            )

    @api.model
    def _check_facts(self, names):
        """Refuse facts that come by form, import or RPC instead of by a step."""
        forged = STEP_FIELDS & names
        if forged:
            raise AccessError(
                self.env._(
                    "%(fields)s: changed only by the steps of a document.",
                    fields=self._get_field_labels(forged),
                )
            )

    def _check_sources(self):
        """Papers copy from what their author may see, and from nothing else."""
        for name in SOURCE_FIELDS:
            self[name].check_access("read")

    def _check_fields_by_hand(self, vals):
        """Refuse what a user may not write by hand (form, import, RPC)."""
        self.check_access("write")
        self._check_facts(vals.keys())
        fixed = vals.keys() - OPEN_FIELDS
        issued = self.filtered(lambda document: document.state != "draft")
        if fixed and issued:
            raise UserError(
                self.env._(
                    "%(documents)s: issued documents are no longer changed "
                    "(%(fields)s). Cancel it and make a new one.",
                    documents=", ".join(issued.mapped("display_name")),
                    fields=self._get_field_labels(fixed),
                )
            )
        if not self.env.user._has_service_role("manager", "dispatcher"):
            self._check_fields_of_performer(vals)

    def _check_fields_of_performer(self, vals):
        """A performer hands in scans, on own orders he is working on."""
        foreign = vals.keys() - PERFORMER_FIELDS
        if foreign:
            raise AccessError(
                self.env._(
                    "A performer hands in scans of documents; ask the dispatcher to "
                    "change: %(fields)s.",
                    fields=self._get_field_labels(foreign),
                )
            )
        # Whether the visit is under way is no secret to whom the document is shown.
        shut = self.filtered(
            lambda document: (
                document.work_order_id.sudo().state
                not in ("assigned", *UNDER_WAY, "done")
            )
        )
        if shut:
            raise UserError(
                self.env._(
                    "%(documents)s: the visit is closed, or not yours to work on. "
                    "Give the scan to the dispatcher.",
                    documents=", ".join(shut.mapped("display_name")),
                )
            )

    @api.model
    def _get_field_labels(self, names):
        """Names of fields as people read them."""
        return ", ".join(
            self._fields[name]._description_string(self.env)
            for name in sorted(names)
            if name in self._fields
        )

    def _get_signed_scans(self):
        """The scans that were there when a document was signed: its proofs."""
        proofs = self.env["ir.attachment"]
        for document in self.sudo().filtered("signed_on"):  # whoever may see them
            proofs |= document.scan_ids.filtered(
                lambda scan, last=document.signed_on: (
                    scan.create_date.replace(microsecond=0) <= last
                )
            )
        return proofs

    def _check_scans_stay(self, scans):
        """Refuse to take away what a document was signed with."""
        self.ensure_one()
        # sudo: which scans there are, whoever may read them
        if scans - self.sudo().scan_ids:
            raise UserError(
                self.env._(
                    "%(document)s was signed with these scans: they stay. Add the "
                    "better one to them.",
                    document=self.display_name,
                )
            )

    def _adopt_scans(self):
        """Let everybody who sees the document see its scans, and nobody else."""
        for document in self:
            # Uploaded by whom may write the document; an attachment without a record
            # would stay visible to its author only.
            loose = document.sudo().scan_ids.filtered(
                lambda scan: (
                    not scan.res_id
                    and scan.create_uid == self.env.user
                    and scan.res_model in SCAN_MODELS
                )
            )
            loose.write({"res_model": document._name, "res_id": document.id})

    def get_portal_url(self, *args, **kwargs):
        """The customer's link, for those who talk to customers only."""
        self._check_may_know_link()
        return super().get_portal_url(*args, **kwargs)

    def _check_may_know_link(self):
        """Whoever knows the link signs for the customer."""
        if not self.env.su:
            self.env.user._check_service_role("operator", "manager", "dispatcher")
        self.check_access("read")

    def _portal_ensure_token(self):
        # sudo: the token goes into what the system sends to the customer
        return super(ServiceDocument, self.sudo())._portal_ensure_token()

    def _sign_token(self, pid):
        # sudo: as above; the signature does not show the token
        return super(ServiceDocument, self.sudo())._sign_token(pid)

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """What was said and done stays in the chatter, whoever may write."""
        if message_operation in ("write", "unlink"):
            return dict.fromkeys(self, "unlink")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)
