import binascii
import math
from base64 import b64decode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.phone_time import is_sensible_visit, read_moment
from ..tools.phone_values import clean_text, is_number
from ..tools.web_form import sniff_image

MAX_FILE = 8 * 1024 * 1024
MAX_TEXT = 10_000
MAX_PHOTOS = 40
MAX_QUANTITY = 1_000_000
# Which moment of a visit a step sets.
STEP_MOMENTS = {
    "accept": "performer_confirmed",
    "on_the_way": "departed_at",
    "start": "actual_start",
    "done": "actual_end",
}


class ServicePhoneAction(models.Model):
    """What each kind of action does, with the rights of the performer.

    Everything comes from outside and is checked here: types, lengths, whose it is.
    """

    _inherit = "service.phone.action"

    # -- steps

    def _take_step(self, order, values, moment):
        """A step of the work order at the time it was really taken."""
        name = values.get("step")
        steps = self.env["service.my.day"]._get_phone_steps()
        step = steps.get(name) if isinstance(name, str) else None
        if not step:
            raise UserError(self.env._("This step is not for performers."))
        reason = self._read_text(values, "reason", 500)
        if step.needs_reason and not reason:
            raise UserError(self.env._("Say why, so that everybody can see it."))
        order._take_step(name, **({"reason": reason} if step.needs_reason else {}))
        if name == "done" and order.actual_start and moment < order.actual_start:
            moment = fields.Datetime.now()  # the phone's clock was set meanwhile
        if field_name := STEP_MOMENTS.get(name):
            # sudo: moments are written by steps only, and this was one
            order.sudo()[field_name] = moment
        if name == "done":
            self._set_times(order, values, moment)
        return {}

    def _set_times(self, order, values, moment):
        """From when to when the work was, as the performer says."""
        start = read_moment(values.get("start")) or order.actual_start
        end = read_moment(values.get("end")) or moment
        if not start or not is_sensible_visit(start, end, fields.Datetime.now()):
            if values.get("start") or values.get("end"):
                raise UserError(
                    self.env._(
                        "Please check the time of the work: it ends after it starts, "
                        "not in the future, and lasts no longer than a day and a half."
                    )
                )
            return
        noted = order.actual_start, moment
        # sudo: moments are written by steps only; this belongs to the step “done”
        order.sudo().write({"actual_start": start, "actual_end": end})
        if values.get("start") or values.get("end"):
            zone = order._get_performer_tz()
            order._message_log(
                body=self.env._(
                    "Time by the performer: %(start)s – %(end)s (pressed: "
                    "%(pressed_start)s – %(pressed_end)s).",
                    start=order._format_slot_moment(start, zone),
                    end=order._format_slot_moment(end, zone),
                    pressed_start=order._format_slot_moment(noted[0] or start, zone),
                    pressed_end=order._format_slot_moment(noted[1], zone),
                )
            )

    def _take_offer(self, order, values, moment):
        """Yes or no to a job that was offered to several."""
        offer = self.env["service.work.order.offer"].search(
            [
                ("id", "=", self._read_id(values.get("offer"))),
                ("performer_user_id", "=", self.env.uid),
            ]
        )
        if not offer:
            raise UserError(self.env._("This job is no longer offered."))
        if values.get("accept") is True:
            offer.action_accept()
            return {}
        reason = self._read_text(values, "reason", 500)
        if not reason:
            raise UserError(self.env._("Say why, so that everybody can see it."))
        offer.action_decline(reason)
        return {}

    # -- work and materials

    def _take_line(self, order, values, moment):
        """How much of a line was done; nothing takes the tick back."""
        line = self._find_line(order, values.get("line"))
        line.quantity_done = self._read_quantity(values)
        return {"line": line.id}

    def _take_material(self, order, values, moment):
        """A further line: of the catalogue, or in the performer's own words."""
        name = self._read_text(values, "name", 200)
        product = self.env["product.product"]
        if item_id := values.get("item"):
            domain = self.env["service.my.day"]._get_items_domain()
            product = product.search(
                domain & fields.Domain("id", "=", self._read_id(item_id))
            )
            if not product:
                raise UserError(
                    self.env._("This is no longer in the catalogue: choose another.")
                )
        elif not name:
            raise UserError(self.env._("Choose the material, or write what it is."))
        line = order.line_ids.create(
            {
                "work_order_id": order.id,
                "product_id": product.id,
                **({} if product else {"name": name}),
                "quantity_planned": 0.0,
                "quantity_done": self._read_quantity(values),
                "sequence": 100,
            }
        )
        return {"line": line.id}

    def _find_line(self, order, line):
        """The line by its id, or by the key of the action that added it."""
        if isinstance(line, str):
            # sudo: what this very phone sent before
            added = self.sudo().search(
                [("user_id", "=", self.env.uid), ("key", "=", line)]
            )
            line = (added.result or {}).get("line")
        found = order.line_ids.filtered(lambda row: row.id == line)
        if not found:
            raise UserError(self.env._("This line is no longer part of the visit."))
        return found

    # -- what is handed in

    def _take_report(self, order, values, moment):
        """What was done, in words."""
        order.report = self._read_text(values, "text", MAX_TEXT)
        return {}

    def _take_problems(self, order, values, moment):
        """What was wrong, by the company's own list."""
        ids = values.get("ids")
        if not isinstance(ids, list):
            raise UserError(self.env._("Choose the problems from the list."))
        codes = self.env["service.problem.code"].with_context(active_test=False)
        codes = codes.browse([self._read_id(code_id) for code_id in ids]).exists()
        order.problem_code_ids = [Command.set(codes.ids)]
        return {}

    def _take_photo(self, order, values, moment):
        """One photo, of before or after the work."""
        if len(order.photo_ids) >= MAX_PHOTOS:
            raise UserError(
                self.env._(
                    "There are %(count)s photos already: more are not taken.",
                    count=len(order.photo_ids),
                )
            )
        label = {
            "before": self.env._("Before"),
            "after": self.env._("After"),
        }.get(self._read_text(values, "when", 10), self.env._("Photo"))
        file = self._make_file(
            order, values, f"{label} {len(order.photo_ids) + 1}", pdf=False
        )
        order.photo_ids = [Command.link(file.id)]
        return {"photo": file.id}

    def _take_unphoto(self, order, values, moment):
        """Take a photo away again."""
        photo_id = values.get("photo")
        photo = order.photo_ids.filtered(lambda photo: photo.id == photo_id)
        order.photo_ids = [Command.unlink(photo.id)] if photo else []
        return {}

    def _take_signature(self, order, values, moment):
        """The customer signed on the screen."""
        raw, mimetype, _extension = self._read_file(values)
        if mimetype != "image/png":
            raise UserError(self.env._("The signature could not be read: sign again."))
        name = self._read_text(values, "name", 100)
        if not name:
            raise UserError(self.env._("Write the name of who signed."))
        # A binary field takes base64, which was checked to be a picture.
        order.write({"signature": values["data"], "signed_by": name})
        return {"bytes": len(raw)}

    def _take_paper(self, order, values, moment):
        """A scan or photo of a paper document of the visit."""
        paper_id = values.get("paper")
        paper = order.document_ids.filtered(lambda paper: paper.id == paper_id)
        if not paper:
            raise UserError(self.env._("This document is no longer part of the visit."))
        file = self._make_file(paper, values, paper.display_name)
        paper.scan_ids = [Command.link(file.id)]
        return {"scan": file.id}

    def _take_papers(self, order, values, moment):
        """Make the documents of the visit that are not there yet."""
        order.action_make_documents()
        return {}

    # -- reading what came from outside

    @api.model
    def _read_text(self, values, name, length):
        """A text without control characters, cut to length."""
        text = values.get(name)
        return clean_text(text, length) if isinstance(text, str) else ""

    @api.model
    def _read_id(self, value):
        """A record's id; 0, which nothing has, for anything else."""
        # True and False are numbers for Python, not for the database
        return value if type(value) is int and 0 < value < 2**31 else 0

    @api.model
    def _read_quantity(self, values):
        """A quantity that can be."""
        try:
            quantity = float(values.get("quantity"))
        except (TypeError, ValueError, OverflowError):
            quantity = math.nan
        if not 0 <= quantity <= MAX_QUANTITY:
            raise UserError(self.env._("How much was it? Please enter a number."))
        return quantity

    @api.model
    def _read_file(self, values, refuse=True):
        """``(bytes, type, extension)`` of a photo or PDF, known by its content."""
        data = values.get("data")
        problem = ""
        raw, found = b"", None
        if not isinstance(data, str) or len(data) > MAX_FILE * 4 // 3 + 4:
            problem = self.env._("The file is missing or larger than 8 MB.")
        else:
            try:
                raw = b64decode(data, validate=True)
            except (binascii.Error, ValueError):
                raw = b""
            found = sniff_image(raw)
            if raw.startswith(b"%PDF-"):
                found = "application/pdf", ".pdf"
            if not found:
                problem = self.env._("Only photos and PDF files are taken.")
        if problem and refuse:
            raise UserError(problem)
        return (raw, *found) if found else None

    def _make_file(self, record, values, name, pdf=True):
        """A file of the record, made by the performer."""
        raw, mimetype, extension = self._read_file(values)
        if not pdf and extension == ".pdf":
            raise UserError(self.env._("Only photos are taken here."))
        return self.env["ir.attachment"].create(
            {
                "name": f"{name}{extension}",
                "raw": raw,
                "mimetype": mimetype,
                "res_model": record._name,
                "res_id": record.id,
            }
        )

    # -- in words

    def _describe(self, values):
        """What was meant, as people say it."""
        self.ensure_one()
        label = self._get_kinds()[self.kind]
        text = ""
        if self.kind == "step":
            steps = self.env["service.work.order"]._get_step_labels()
            name = values.get("step")
            label = steps.get(name, label) if isinstance(name, str) else label
            text = self._read_text(values, "reason", 300)
        elif self.kind == "report":
            text = self._read_text(values, "text", 300)
        elif self.kind in ("material", "line", "signature"):
            amount = values.get("quantity")
            text = self._read_text(values, "name", 200)
            if is_number(amount):
                text = f"{text} × {amount:g}".strip()
        return f"{label}: {text}" if text else label
