from odoo import api, fields, models

ROLES = [
    ("operator", "Operator"),
    ("performer", "Performer"),
    ("dispatcher", "Dispatcher"),
    ("manager", "Manager"),
]


class ServiceDocumentType(models.Model):
    """A kind of paper around the job: contract, act, waybill, power of attorney."""

    _name = "service.document.type"
    _inherit = "service.company.mixin"
    _description = "Kind of document"
    _order = "sequence, name, id"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [
            ("offer", "Commercial offer"),
            ("contract", "Contract"),
            ("work_order", "Work order"),
            ("act", "Act of completed work"),
            ("waybill", "Waybill"),
            ("delivery_order", "Delivery order"),
            ("power_of_attorney", "Power of attorney"),
            ("minutes", "Meeting minutes"),
            ("questionnaire", "Questionnaire"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    subject = fields.Selection(
        [
            ("request", "Request"),
            ("work_order", "Work Order"),
            ("contract", "Contract"),
        ],
        "One per",
        required=True,
        default="request",
        help="For what one such document is made.",
    )
    in_set = fields.Boolean(
        "In the Set",
        default=True,
        help="Made by “Make Documents”, unless the manager changed the set of the "
        "request.",
    )
    is_required = fields.Boolean(
        "Required", help="Without it the step below is not taken."
    )
    needed_by = fields.Selection(
        lambda self: self._get_needed_by_selection(),
        help="The step that is not taken while a required document is missing.",
    )
    needed_as = fields.Selection(
        [("issued", "Issued"), ("signed", "Signed or Scanned")],
        required=True,
        default="issued",
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Teams",
        domain=[("is_service", "=", True)],
        help="Empty: for all service teams.",
    )
    category_ids = fields.Many2many(
        "service.category",
        string="Service Categories",
        help="Only for requests of services in these categories and those below.",
    )
    product_ids = fields.Many2many(
        "product.template",
        string="Services",
        help="Only for requests of these services.",
    )
    preparer = fields.Selection(
        ROLES, "Prepared By", required=True, default="dispatcher"
    )
    signer = fields.Selection(
        [
            ("nobody", "Nobody"),
            ("customer", "Customer"),
            ("performer", "Performer"),
            ("company", "Company"),
        ],
        "Signed By",
        required=True,
        default="nobody",
    )
    for_customer = fields.Boolean(
        "For the Customer",
        help="The customer gets it by mail and sees it on the own page.",
    )
    validity_days = fields.Integer("Valid for Days", help="0: without an end.")
    reminder_days = fields.Integer(
        "Remind After Days",
        help="The responsible person is reminded of a document that lies unsent or "
        "unsigned so long. 0: never.",
    )
    number_prefix = fields.Char(
        "Number Begins With",
        required=True,
        default="%(year)s/",
        help="For example ACT/%(year)s/; each company and year counts from 1.",
    )
    number_padding = fields.Integer("Digits", required=True, default=5)
    is_gapless = fields.Boolean(
        "Without Gaps",
        help="No number is ever left out; issuing waits for a colleague who issues "
        "at the same moment.",
    )
    report_id = fields.Many2one(
        "ir.actions.report",
        "Print Form",
        domain=[("model", "=", "service.document")],
    )
    docx_template = fields.Binary(
        "Own DOCX Template",
        attachment=True,
        help="Takes the place of the print form.",
    )
    docx_filename = fields.Char("Name of the Template")

    _days_positive = models.Constraint(
        "CHECK(validity_days >= 0 AND reminder_days >= 0)",
        "Days are counted from 0.",
    )

    @api.model
    def _get_needed_by_steps(self):
        """Steps that may wait for a document: ``{key: (model, step, label)}``.

        Registry and extension point: ``step`` is what the model asks
        ``_get_step_obstacles`` about.
        """
        work_order = "service.work.order"
        return {
            "on_the_way": (work_order, "on_the_way", self.env._("On My Way")),
            "start": (work_order, "start", self.env._("Start of the Work")),
            "done": (work_order, "done", self.env._("Work Done")),
            "close": (work_order, "close", self.env._("Closing of the Work Order")),
            "request_close": (
                "crm.lead",
                "close",
                self.env._("Closing of the Request"),
            ),
        }

    @api.model
    def _get_needed_by_selection(self):
        """The steps a kind of document can be needed for, as a selection."""
        return [
            (key, label)
            for key, (_model, _step, label) in self._get_needed_by_steps().items()
        ]
