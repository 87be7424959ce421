"""Every screen of every role opens: menus, views, lists and forms with their fields."""

from lxml import etree

from odoo.fields import Command
from odoo.tests import tagged

from .common import ROLES
from .common_money import MoneyCommon
from .common_rights import RightsCommon
from .common_tender import TenderCommon


@tagged("post_install", "-at_install")
class TestRightsScreens(RightsCommon, MoneyCommon, TenderCommon):
    """What the browser asks for, asked as each role, with records in every list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request = cls.build_agreed_request()
        cls.build_line(cls.request, cls.inspection)
        cls.build_visit(cls.request)
        cls.close_works(cls.request)
        open_request = cls.build_agreed_request()
        cls.build_line(open_request, cls.inspection)
        visit = cls.build_visit(
            open_request,
            "assigned",
            date_start="2026-12-01 09:00:00",
            date_end="2026-12-01 10:00:00",
        )
        visit.message_post(body="Ключ у консьержа")
        cls.env["service.inbound"].create({"channel": "phone", "name": "Звонок"})
        cls.env["service.approval"].create(
            {
                "res_model": "sale.order",
                "res_id": open_request.order_ids.id,
                "request_id": open_request.id,
                "role": "customer",
            }
        )
        tender = cls.build_tender({cls.inspection: (100, 110)})
        cls.build_bid(tender, 150)
        open_request.tender_id = tender
        cls.env["crm.lead"].with_user(cls.user_performer).create(
            {"name": "Перегорела лампа", "team_id": cls.team.id}
        )

        cls.contract = cls.env["service.contract"].create(
            {
                "subject": "Обслуживание",
                "partner_id": cls.company_customer.id,
                "date_start": "2025-01-01",
                "billing": "usage",
                "billing_amount": 100,
                "line_ids": [Command.create({"product_id": cls.inspection.id})],
                "maintenance_ids": [Command.create({"name": "Осмотр"})],
            }
        )
        cls.contract.action_activate()
        cls.env["service.contract.use"].create(
            {
                "contract_id": cls.contract.id,
                "line_id": cls.contract.line_ids.id,
                "date": "2025-01-02",
            }
        )
        cls.contract.action_bill()

    def test_every_screen_of_every_role_opens(self):
        opened = 0
        for role in ROLES:
            menus = self.rpc(role, "ir.ui.menu", "load_menus", False)
            root = self.env.ref("service_crm.menu_service_root").id
            self.assertIn(root, menus)
            for action_id in self._get_actions(menus, root):
                action = self.env["ir.actions.act_window"].browse(action_id)
                with self.subTest(role=role, action=action.name):
                    opened += self._open(role, action)
        self.assertGreater(opened, 50)

    def test_forms_behind_the_buttons(self):
        """Records a role comes to by a button of another screen."""
        for role, records in (
            ("operator", self.request | self.request),
            ("operator", self.request.work_order_ids),
            ("manager", self.request.order_ids),
            ("dispatcher", self.request.order_ids),
            ("manager", self.request.order_ids.invoice_ids),
            ("dispatcher", self.request.order_ids.invoice_ids),
            ("operator", self.contract),
            ("manager", self.contract),
            ("dispatcher", self.contract),
            ("manager", self.contract.move_ids[:1]),
            ("operator", self.contract.partner_id),
            ("manager", self.contract.partner_id),
            ("performer", self.contract.partner_id),
            ("performer", self.request.work_order_ids),
            ("performer", self.request),
        ):
            with self.subTest(role=role, model=records._name):
                view_id = self.rpc(role, records._name, "get_formview_id", records.ids)
                self._read_form(role, records._name, view_id, records.ids)

    def _get_actions(self, menus, menu_id):
        """Ids of the window actions below a menu that the user sees."""
        menu = menus[menu_id]
        found = []
        if menu.get("action_model") == "ir.actions.act_window" or str(
            menu.get("action") or ""
        ).startswith("ir.actions.act_window,"):
            number = menu.get("action_id") or menu["action"].split(",")[1]
            found.append(int(number))
        for child in menu["children"]:
            found += self._get_actions(menus, child)
        return found

    def _open(self, role, action):
        """Load the views of an action and the rows and records they show.

        :return: number of records read
        """
        loaded = self.rpc(
            role,
            action.res_model,
            "get_views",
            [
                *((view_id, mode) for view_id, mode in action.views),
                (action.search_view_id.id, "search"),
            ],
            {"action_id": action.id, "toolbar": True},
        )
        ids = self.rpc(role, action.res_model, "search", [], limit=20)
        for mode, view in loaded["views"].items():
            if mode in ("list", "kanban", "form", "calendar"):
                self._read_view(role, action.res_model, view["arch"], ids)
        return len(ids)

    def _read_form(self, role, model, view_id, ids):
        view = self.rpc(role, model, "get_views", [(view_id, "form")])
        self._read_view(role, model, view["views"]["form"]["arch"], ids)

    def _read_view(self, role, model, arch, ids):
        specification = self._get_specification(etree.fromstring(arch))
        self.rpc(role, model, "web_read", ids, specification)

    def _get_specification(self, node):
        """What the browser reads for a view: its fields, with those of sub views."""
        names = {}
        for field in node.iterfind(".//field"):
            outer = next(field.iterancestors("field"), None)
            if outer is not None and outer is not node:
                continue
            inner = self._get_specification(field)
            names[field.get("name")] = {"fields": inner} if inner else {}
        return names
