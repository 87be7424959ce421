from lxml import etree

from odoo import models


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _generate_code_uncached(self, template):
        """Compile the text of a mail once for a batch, not once for each record.

        The context key ``service_compiled`` holds what was compiled in this batch.
        """
        compiled = self.env.context.get("service_compiled")
        if compiled is None or not isinstance(template, etree._Element):
            return super()._generate_code_uncached(template)
        key = etree.tostring(template), self.env.lang
        if key not in compiled:
            compiled[key] = super()._generate_code_uncached(template)
        return compiled[key]
