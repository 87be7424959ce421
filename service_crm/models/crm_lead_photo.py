from odoo import models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..tools.web_form import MAX_PHOTOS, check_photos, photo_names

# Of all posts together: a page that was posted to a hundred times holds no more.
PHOTOS_OF_REQUEST = 40


class CrmLead(models.Model):
    """Service request: photos the customer adds on the own page."""

    _inherit = "crm.lead"

    def _prepare_customer_page_values(self):
        """How many photos the customer may still add."""
        values = super()._prepare_customer_page_values()
        return {**values, "max_photos": self.active and self._get_photos_left()}

    def _customer_add_photos(self, photos, text):
        """Photos of the customer, as a message to everybody who deals with it.

        :param photos: ``[(name, bytes)]``
        :param text: what is to be seen, may be empty
        """
        if not self.active:
            raise UserError(self._get_customer_too_late())
        if not photos:
            raise UserError(self.env._("Please choose the photos first."))
        problem = check_photos(photos)
        if not problem and len(photos) > self._get_photos_left():
            problem = "all", ""
        if problem:
            raise UserError(self._get_photo_words(*problem))
        text = self._check_customer_text(text, required=False)
        users = self._get_service_dispatcher() | self.operator_id | self.user_id
        self.with_context(mail_notify_force_send=False).message_post(
            body=plaintext2html(text or self.env._("Photos")),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=users.partner_id.ids,
            attachments=photo_names(photos),
            **self._prepare_customer_author(),
        )

    def _get_photos_left(self):
        """How many photos the page of this request still takes at once."""
        self.ensure_one()
        # Photos by mail count as well: what matters is how much one request holds.
        held = self.env["ir.attachment"].search_count(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("mimetype", "=like", "image/%"),
            ],
            limit=PHOTOS_OF_REQUEST,
        )
        return min(MAX_PHOTOS, PHOTOS_OF_REQUEST - held)

    def _get_photo_words(self, kind, name):
        """Why photos were refused, and what to do."""
        return {
            "count": self.env._(
                "Please send at most %(count)s photos at once.", count=MAX_PHOTOS
            ),
            "size": self.env._(
                "%(name)s is larger than 10 MB. Please send a smaller photo.", name=name
            ),
            "type": self.env._(
                "%(name)s is not a photo. Please send pictures only, for example JPEG "
                "or PNG.",
                name=name,
            ),
            "total": self.env._(
                "All photos together are too large. Please send fewer at once."
            ),
            "all": self.env._(
                "There are many photos already. Please call us if you want to show "
                "more."
            ),
        }[kind]
