from odoo import fields, models

# Options stand at the end of an order, below the section that makes them optional.
OPTION_SEQUENCE = 10000
# In the context while the request writes its quotation: that is not told it back. No
# client can send an object.
FROM_REQUEST = object()


class ServiceRequestLine(models.Model):
    """Requested service: an option counts when the customer has ticked it."""

    _inherit = "service.request.line"

    is_chosen = fields.Boolean(
        "Ticked",
        readonly=True,
        copy=False,
        help="The customer has ticked this option in the offer.",
    )

    def _is_wanted(self):
        """Whether the line counts: agreed services, and options that were ticked."""
        self.ensure_one()
        return not self.is_optional or self.is_chosen

    def _filter_wanted(self):
        """Those of the lines that count for totals and work."""
        return self.filtered(lambda line: line._is_wanted())

    def _get_sale_line_sequence(self):
        """Where the line stands in the order: options come last."""
        self.ensure_one()
        return self.sequence + (OPTION_SEQUENCE + 1 if self.is_optional else 0)
