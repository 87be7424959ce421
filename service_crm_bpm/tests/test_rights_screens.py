"""Every screen of running processes opens, for every role and the plain employee."""

from lxml import etree

from odoo.tests import tagged

from odoo.addons.service_crm.tests.common import ROLES

from .test_card import CardCommon


@tagged("post_install", "-at_install")
class TestRunScreens(CardCommon):
    """What the browser asks for, with a run in which everybody has a part."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_ = cls.build_run(note="Ключ у консьержа")
        cls.run_._link(cls.customer)
        cls.run_.token_ids.filtered(lambda t: t.stage_id.kind == "start").sudo().write(
            {"user_id": cls.clerk.id}
        )
        cls.done = cls.build_run()
        for user in (cls.user_performer, cls.user_dispatcher):
            cls.start(cls.process, cls.build_new(), user=user)
        cls.people = [*(cls.users[role] for role in ROLES), cls.clerk]

    def test_every_menu_opens(self):
        self.finish_call(self.done, "Решено")
        root = self.env.ref("service_crm_bpm.menu_bpm_root").id
        for user in self.people:
            menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            self.assertIn(root, menus, user.login)
            opened = []
            for menu in self._get_menus(menus, root):
                if menu["action_model"] == "ir.actions.act_window":
                    action = self.env["ir.actions.act_window"].sudo()
                    action = action.browse(menu["action_id"])
                    with self.subTest(user=user.login, menu=menu["name"]):
                        self._open(user, action)
                        opened.append(action.res_model)
            self.assertLessEqual(
                {"bpm.token", "bpm.instance", "bpm.time.report"}, set(opened)
            )

    def test_the_card_opens_for_all_its_people(self):
        for user in self.people:
            runs = self.env["bpm.instance"].with_user(user).search([])
            self.assertTrue(runs, user.login)
            self._read_view(user, "bpm.instance", "form", runs.ids)

    def test_the_start_card_opens(self):
        for user in self.people:
            start = self.env["bpm.start"].with_user(user)
            start = start.with_context(
                active_model="res.partner", active_id=self.customer.id
            )
            names = list(start.fields_get())
            values = start.default_get(names)
            self.assertEqual(values["origin_id"], self.customer.id)
            self._read_view(user, "bpm.start", "form", start.create(values).ids)

    def test_documents_show_their_processes(self):
        """The forms with the smart button, and the action menu beside them."""
        request = self.run_._get_record()
        for user in (self.user_operator, self.user_manager, self.user_dispatcher):
            for record in (request, self.customer):
                self._read_view(user, record._name, "form", record.ids)

    def _get_menus(self, menus, menu_id):
        """The menus below one, with an action."""
        menu = menus[menu_id]
        found = [menu] if menu.get("action_id") and menu.get("action_model") else []
        for child in menu["children"]:
            found += self._get_menus(menus, child)
        return found

    def _open(self, user, action):
        """Rows and groups of the views of an action."""
        model = self.env[action.res_model].with_user(user)
        ids = model.search([], limit=20).ids
        for _view_id, mode in action.views:
            if mode in ("list", "kanban", "form"):
                self._read_view(user, action.res_model, mode, ids)
            else:
                model.get_views([(False, mode), (action.search_view_id.id, "search")])

    def _read_view(self, user, name, mode, ids):
        """Load a view with its toolbar and read the records as the browser does."""
        model = self.env[name].with_user(user)
        loaded = model.get_views([(False, mode)], {"toolbar": True})
        arch = etree.fromstring(loaded["views"][mode]["arch"])
        model.browse(ids).web_read(self._get_specification(arch))

    def _get_specification(self, node):
        """The fields of a view, with those of its sub views."""
        names = {}
        for field in node.iterfind(".//field"):
            outer = next(field.iterancestors("field"), None)
            if outer is not None and outer is not node:
                continue
            inner = self._get_specification(field)
            names[field.get("name")] = {"fields": inner} if inner else {}
        return names
