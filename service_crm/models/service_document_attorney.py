from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .res_partner_passport import PASSPORT_GROUP


class ServiceDocument(models.Model):
    """Power of attorney: who may receive which goods for us, and until when.

    It names a person with the passport. Those data are read from the contact by the
    system and only where the paper is issued or printed, after
    :meth:`_check_paper_access`: whoever may issue the paper hands it out on paper
    anyway. Lists, exports and RPC show them to the passport group alone, and the file
    is never kept, mailed or shown online.
    """

    _inherit = "service.document"

    attorney_id = fields.Many2one(
        "res.partner",
        "Person Entitled",
        compute="_compute_attorney_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain=[("is_company", "=", False)],
        help="Who receives the goods: the contact of the performer.",
    )
    supplier_id = fields.Many2one(
        "res.partner",
        "Receive From",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Who hands the goods over.",
    )
    passport_text = fields.Char(
        "Passport",
        copy=False,
        readonly=True,
        groups=PASSPORT_GROUP,
        help="As it was when the paper was issued.",
    )
    goods_received = fields.Date("Goods Received On", copy=False, readonly=True)

    @api.depends("performer_id", "kind")
    def _compute_attorney_id(self):
        for document in self:
            if document.kind != "power_of_attorney":
                document.attorney_id = False
            else:
                document.attorney_id = (
                    document.performer_id.partner_id or document.attorney_id
                )

    @api.depends("kind", "goods_received")
    def _compute_is_expired(self):
        result = super()._compute_is_expired()
        papers = self.filtered(lambda doc: doc.kind == "power_of_attorney")
        today = fields.Date.context_today(self)
        for document in papers:
            document.is_expired = (
                document.state != "cancelled"
                and not document.goods_received
                and bool(document.valid_until)
                and document.valid_until < today
            )
        return result

    def _search_is_expired(self, operator, value):
        domain = super()._search_is_expired(operator, value)
        if domain is NotImplemented:
            return domain
        other = Domain("kind", "!=", "power_of_attorney")
        expired = Domain("valid_until", "<", fields.Date.context_today(self)) & Domain(
            "state", "!=", "cancelled"
        )
        expired &= Domain("goods_received", "=", False) & ~other
        return (other & domain) | Domain.OR(
            expired if wanted else ~expired & ~other for wanted in value
        )

    # -- steps

    def action_goods_received(self):
        """The supplier handed the goods over against this paper."""
        self.env.user._check_service_role("manager", "dispatcher", "performer")
        self.check_access("read")
        # Rights were checked. Nobody writes the date by hand, and a performer writes
        # nothing else of a paper.
        self.sudo()._action_goods_received()
        return True

    def _action_goods_received(self):
        """What receiving the goods does: the power of attorney is used up."""
        today = fields.Date.context_today(self)
        for document in self:
            if document.kind != "power_of_attorney" or document.state not in (
                "issued",
                "sent",
                "signed",
            ):
                raise UserError(
                    self.env._(
                        "%(document)s: goods are received against an issued power of "
                        "attorney.",
                        document=document.display_name,
                    )
                )
            if document.goods_received:
                raise UserError(
                    self.env._(
                        "%(document)s: the goods were received already. Another "
                        "delivery needs another power of attorney.",
                        document=document.display_name,
                    )
                )
            if document.valid_until and document.valid_until < today:
                raise UserError(
                    self.env._(
                        "%(document)s: %(problem)s",
                        document=document.display_name,
                        problem=document._get_expired_words(),
                    )
                )
        self.write({"goods_received": today})
        self._message_log_batch(
            dict.fromkeys(self.ids, self.env._("The goods were received."))
        )

    def _action_issue(self):
        """A power of attorney keeps the passport as it was on that day."""
        result = super()._action_issue()
        for document in self.filtered(lambda doc: doc.kind == "power_of_attorney"):
            document.passport_text = document._read_passport()
        return result

    def _get_issue_problems(self):
        """A power of attorney names its person, with passport, and its last day."""
        problems = super()._get_issue_problems()
        today = fields.Date.context_today(self)
        for document in self.filtered(lambda doc: doc.kind == "power_of_attorney"):
            found = problems[document]
            person = document.attorney_id
            if not person:
                found.append(self.env._("choose the person who receives the goods."))
            elif not document._read_passport():
                found.append(
                    self.env._(
                        "passport number, office and date of %(person)s are missing. "
                        "Ask somebody with the right to see passports to enter them.",
                        person=person.display_name,
                    )
                )
            if not document.valid_until:
                found.append(self.env._("say until when it is valid."))
            elif document.valid_until < today:
                found.append(document._get_expired_words())
        return problems

    # -- helpers

    def _is_file_confidential(self):
        return super()._is_file_confidential() or self.kind == "power_of_attorney"

    def _read_passport(self):
        """Passport of the person entitled, in the language of the paper (system).

        The one it was issued with; of a draft the present one.
        """
        self.ensure_one()
        # Narrow: of one person, the one this paper names. Callers checked the paper.
        document = self.sudo()
        return (
            document.passport_text
            or document.attorney_id.with_context(
                lang=document._get_paper_lang()
            )._get_passport_text()
        )

    def _check_paper_access(self):
        """Who may see a paper may print it; one with a passport: who may issue it, the
        passport group, and the person it names."""
        result = super()._check_paper_access()
        for document in self.filtered(lambda doc: doc.kind == "power_of_attorney"):
            user = self.env.user
            may_issue = user._has_service_role(
                "manager", "dispatcher"
            ) and document.has_access("write")
            if not (
                self.env.su
                or may_issue
                or user.has_group(PASSPORT_GROUP)
                or document.attorney_id == user.partner_id
            ):
                raise AccessError(
                    self.env._(
                        "%(document)s names a passport. It is printed by dispatchers "
                        "and managers, and by the person it is made out to.",
                        document=document.display_name,
                    )
                )
        return result

    def _get_expired_words(self):
        """Until when it was valid, and what to do now."""
        self.ensure_one()
        return self.env._(
            "it was valid until %(date)s. Cancel it and issue a new one.",
            date=self._format_paper_date(self.valid_until),
        )
