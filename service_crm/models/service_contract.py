from odoo import fields, models


class ServiceContract(models.Model):
    """What is agreed for longer than one job, with a customer or a supplier."""

    _name = "service.contract"
    _description = "Contract"
    _inherit = ["mail.thread", "mail.activity.mixin", "portal.mixin"]
    _check_company_auto = True
    _order = "date_start desc, id desc"

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    subject = fields.Char(required=True)
    direction = fields.Selection(
        [("income", "With a customer"), ("expense", "With a supplier")],
        required=True,
        default="income",
    )
    partner_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="restrict"
    )
    site_ids = fields.Many2many("res.partner", string="Places of Work")
    equipment_ids = fields.Many2many("service.equipment", string="Equipment")
    date_start = fields.Date("Begin")
    date_end = fields.Date("End")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "In force"),
            ("paused", "Paused"),
            ("expired", "Expired"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        tracking=True,
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        "Price List",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        index="btree_not_null",
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    team_id = fields.Many2one(
        "crm.team", "Service Team", index="btree_not_null", ondelete="restrict"
    )
