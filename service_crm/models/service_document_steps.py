from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.locks import take_turns

DESK = ("manager", "dispatcher")


class ServiceDocument(models.Model):
    """Document: issued, sent, signed, cancelled.

    ``action_<step>`` checks who asks and then runs ``_action_<step>`` as the system.
    """

    _inherit = "service.document"

    # -- public steps

    def action_issue(self):
        """Give the documents their numbers and keep them as they are now.

        A performer issues those of the own visits that he prepares.
        """
        own = all(document.type_id.preparer == "performer" for document in self)
        return self._take_document_step(
            "issue", *DESK, *(("performer",) if own else ())
        )

    def action_mark_sent(self):
        """Note that the documents were handed or sent to the customer."""
        return self._take_document_step("mark_sent", *DESK)

    def action_sign(self, signed_by=None, signature=None, scan_ids=None):
        """Signed: on the screen, or on paper with a scan; without either it asks.

        :param signature: the drawn signature, base64
        :param scan_ids: ids of the scans of the signed paper
        """
        if not signature and not scan_ids:
            self.ensure_one()
            self._check_document_step(*DESK, "performer")
            return self._open_document_wizard(
                "service.document.sign", self.env._("Signed"), "document_id", self.id
            )
        if scan_ids:
            self.check_access("write")
            self.scan_ids = [fields.Command.link(scan_id) for scan_id in scan_ids]
        return self._take_document_step(
            "sign", *DESK, "performer", signed_by=signed_by, signature=signature
        )

    def action_cancel(self, reason=None):
        """The documents do not count any more; without a reason it is asked for."""
        if not reason:
            self._check_document_step(*DESK)
            return self._open_document_wizard(
                "service.document.cancel",
                self.env._("Cancel"),
                "document_ids",
                self.ids,
            )
        return self._take_document_step("cancel", *DESK, reason=reason)

    def action_renew(self):
        """A new draft in place of each of these documents."""
        self._check_document_step(*DESK)
        drafts = self.env[self._name].browse()
        for document in self:
            draft = document.copy()
            draft.message_post(
                body=self.env._(
                    "In place of %(document)s.", document=document._get_html_link()
                ),
                subtype_xmlid="mail.mt_note",
            )
            drafts |= draft
        return drafts._open_documents()

    # -- what the steps do (system)

    def _action_issue(self):
        """Give numbers to drafts and keep their files. Extension point."""
        take_turns(self)
        self._check_document_states("draft")
        self._raise_problems(self._get_issue_problems())
        now = fields.Datetime.now()
        for (kind, company, date), documents in (
            self.sorted(lambda document: (document.date, document.id))
            .grouped(
                lambda document: (document.type_id, document.company_id, document.date)
            )
            .items()
        ):
            numbers = documents._draw_numbers(kind, company, date)
            for document, number in zip(documents, numbers, strict=True):
                document.write({"name": number, "holder": document._get_first_holder()})
        self.write({"state": "issued", "issued_on": now})
        self._keep_files()

    def _action_mark_sent(self):
        """What “Sent” does: an issued document notes when."""
        self._check_document_states("issued", "sent")
        self.filtered(lambda document: document.state == "issued").write(
            {"state": "sent", "sent_on": fields.Datetime.now()}
        )

    def _action_sign(self, signed_by=None, signature=None, ip=None, author=None):
        """Note who signed; a drawn signature goes into the file.

        :param author: partner in whose name it is logged; the user's unless told
        """
        take_turns(self)
        self._check_document_states("issued", "sent")
        self._check_signature(signed_by, signature)
        self.write(
            {
                "state": "signed",
                "signed_by": (signed_by or "").strip(),
                "signed_on": fields.Datetime.now(),
                "signed_ip": ip,
                "signature": signature or False,
            }
        )
        for document in self:
            if signature:
                document._append_signature_sheet()
            document.message_post(
                body=self.env._("Signed by %(name)s.", name=document.signed_by),
                author_id=author.id if author else None,
                subtype_xmlid="mail.mt_comment",
            )

    def _action_cancel(self, reason):
        """What cancelling does: the reason is kept and told."""
        if not (reason or "").strip():
            raise UserError(self.env._("Say why, so that everybody can see it."))
        take_turns(self)
        self._check_document_states("draft", "issued", "sent", "signed")
        self.write({"state": "cancelled", "cancel_reason": reason.strip()})
        self._message_log_batch(
            dict.fromkeys(
                self.ids, self.env._("Cancelled: %(reason)s", reason=reason.strip())
            )
        )

    # -- checks and helpers

    def _draw_numbers(self, kind, company, date):
        """A number for each document of one kind, company and day. Extension point."""
        return kind._next_numbers(company, date, len(self))

    def _take_document_step(self, name, *roles, **values):
        """Check who asks, then take the step as the system."""
        self._check_document_step(*roles)
        # Rights were checked. The step writes fields which nobody writes by hand.
        getattr(self.sudo(), f"_action_{name}")(**values)
        return True

    def _check_document_step(self, *roles):
        """Whether this user may take a step on these documents."""
        if not self.env.su:
            self.env.user._check_service_role(*roles)
        self.check_access("write")

    def _check_document_states(self, *sources):
        """Refuse a step on documents that are in another state."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for document in self:
            if document.state not in sources:
                raise UserError(
                    self.env._(
                        "%(document)s is “%(state)s”: this is possible only when it "
                        "is %(sources)s.",
                        document=document.display_name,
                        state=labels[document.state],
                        sources=", ".join(f"“{labels[key]}”" for key in sources),
                    )
                )

    def _check_signature(self, signed_by, signature):
        """A signature is drawn, or on a scan, and somebody's."""
        if not (signed_by or "").strip():
            raise UserError(self.env._("Write the name of who signed."))
        for document in self:
            if not signature and not document.scan_ids:
                raise UserError(
                    self.env._(
                        "%(document)s: let it be signed on the screen, or attach the "
                        "scan of the signed paper.",
                        document=document.display_name,
                    )
                )

    def _get_issue_problems(self):
        """What is missing before a document is issued. Extension point.

        :return: ``{document: [sentence, …]}``, with a list for each of ``self``
        """
        problems = {document: [] for document in self}
        for document in self:
            if not document.partner_id:
                problems[document].append(self.env._("choose the customer."))
            if not document.date:
                problems[document].append(self.env._("set the date."))
        return problems

    @api.model
    def _raise_problems(self, problems):
        """Refuse with one line per document and problem."""
        lines = [
            self.env._("%(document)s: %(problem)s", document=d.display_name, problem=p)
            for d, found in problems.items()
            for p in found
        ]
        if lines:
            raise UserError("\n".join(lines))

    def _notify_issued(self, waiting):
        """Tell what was issued, and which drafts still lack something."""
        text = self.env._("%(count)s issued.", count=len(self))
        if waiting:
            text += " " + self.env._(
                "Not ready yet: %(documents)s. Open it to see what is missing.",
                documents=", ".join(waiting.mapped("display_name")),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": text,
                "type": "warning" if waiting else "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _open_document_wizard(self, model, name, field_name, value):
        """The question a step asks."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {f"default_{field_name}": value},
        }

    def _open_documents(self):
        """Action that shows these documents."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_service_documents"
        )
        action["context"] = {}
        if len(self) == 1:
            return {
                **action,
                "view_mode": "form",
                "views": [(False, "form")],
                "res_id": self.id,
            }
        return {**action, "domain": [("id", "in", self.ids)]}
