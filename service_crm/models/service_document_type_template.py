import base64

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.docx_template import check_template, list_fields


class ServiceDocumentType(models.Model):
    """Kinds of documents: own DOCX templates, checked when they are uploaded."""

    _inherit = "service.document.type"

    docx_fields = fields.Html(
        "Fields of Templates", compute="_compute_docx_fields", sanitize=False
    )

    @api.depends_context("lang")
    def _compute_docx_fields(self):
        names = list_fields(self.env["service.document"]._get_docx_schema())
        rows = Markup("").join(
            Markup("<tr><td><code>%s</code></td><td>%s</td></tr>")
            % (self._get_field_example(name), label)
            for name, label in names.items()
        )
        table = Markup('<table class="table table-sm o_service_fields">%s</table>')
        for kind in self:
            kind.docx_fields = table % rows

    @api.model
    def _get_field_example(self, name):
        """A field as an author writes it into the template."""
        owner, repeated, part = name.partition("[].")
        if repeated:
            return f"{{%tr for row in {owner} %}} {{{{ row.{part} }}}} {{%tr endfor %}}"
        return f"{{{{ {name} }}}}"

    @api.constrains("docx_template")
    def _check_docx_template(self):
        """Refuse what is no plain DOCX, or names fields there are not."""
        schema = self.env["service.document"]._get_docx_schema()
        for kind in self:
            if not kind.docx_template:
                continue
            problems = check_template(kind._get_template_bytes(), schema)
            if problems:
                raise ValidationError(
                    self.env._(
                        "The template of “%(kind)s” cannot be used:\n%(problems)s",
                        kind=kind.name,
                        problems="\n".join(map(kind._get_docx_message, problems)),
                    )
                )

    def _get_template_bytes(self):
        """The uploaded template as it is."""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).docx_template)

    @api.model
    def _get_docx_message(self, error):
        """A problem of a template in words for its author."""
        texts = {
            "too_big": self.env._("The file is larger than %(limit)s MB."),
            "no_docx": self.env._(
                "This is no DOCX file. Save it in Word or LibreOffice as “.docx”, "
                "without macros and without a password."
            ),
            "bomb": self.env._(
                "The file becomes far too large when it is unpacked. Save it anew, "
                "with smaller pictures."
            ),
            "active": self.env._(
                "It contains a macro or an embedded object (%(part)s). Remove it and "
                "save the file as “.docx”."
            ),
            "external": self.env._(
                "It fetches something from outside (%(target)s). Insert the picture or "
                "text itself instead of a link to it."
            ),
            "instruction": self.env._(
                "It contains the field %(name)s, which fetches or runs something. "
                "Remove it in Word with Ctrl+Shift+F9."
            ),
            "broken": self.env._("The file is damaged (%(part)s). Save it anew."),
            "too_long": self.env._(
                "It has too many fields, or too much comes out of its loops."
            ),
            "open": self.env._(
                "“%(text)s” is not written correctly: its end is missing."
            ),
            "syntax": self.env._("A field is not written correctly: %(message)s"),
            "forbidden": self.env._(
                "“%(what)s” is not possible in a template: it can name fields, choose "
                "with “if” and repeat with “for”."
            ),
            "filter": self.env._(
                "There is no filter “%(name)s”. There are: %(known)s."
            ),
            "nesting": self.env._(
                "Loops can stand in each other up to %(limit)s deep."
            ),
            "loop": self.env._(
                "A loop goes over a list of the fields, for example “lines”."
            ),
            "unknown": self.env._("There is no field “%(name)s”."),
        }
        text = texts[error.code] % error.values
        if error.values.get("suggestion"):
            text += " " + self.env._(
                "Did you mean: %(names)s?", names=error.values["suggestion"]
            )
        return text
