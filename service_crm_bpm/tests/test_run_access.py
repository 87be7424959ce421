"""A run without access is invisible: search, read, RPC, chatter, files, export."""

from contextlib import suppress

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.service_crm.tests.common import requirement

from .test_card import CardCommon


class TestRunAccess(CardCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_ = cls.build_run(note="Тайна")
        cls.run_.message_post(
            body="Секретное письмо",
            attachments=[("тайна.txt", b"secret")],
            subtype_xmlid="mail.mt_comment",
        )
        cls.run_.activity_schedule(
            "mail.mail_activity_data_todo",
            summary="Тайное дело",
            user_id=cls.user_admin.id,
        )
        cls.run_._link(cls.customer)
        cls.env["bpm.timer"].create(
            {
                "instance_id": cls.run_.id,
                "token_id": cls.run_.token_ids[-1].id,
                "kind": "deadline",
                "date_due": "2030-01-01 10:00:00",
            }
        )
        # so that the export is refused for the run, not for the lack of this right
        export = cls.env.ref("base.group_allow_export")
        everybody = cls.env["res.users"].union(*cls.users.values()) | cls.clerk
        everybody.write({"group_ids": [Command.link(export.id)]})
        cls.token = cls.run_.token_ids.filtered(lambda t: t.stage_id.key == "call")

    def find_leaks(self, user):
        """What a user gets to see of the run, by any way."""
        run, env = self.run_, self.env(user=user)
        on_run = [("instance_id", "=", run.id)]
        at_run = [("res_model", "=", run._name), ("res_id", "=", run.id)]
        searches = {
            "bpm.instance": [("id", "=", run.id)],
            "bpm.token": on_run,
            "bpm.journal": on_run,
            "bpm.timer": on_run,
            "bpm.instance.link": on_run,
            "bpm.time.report": on_run,
            "mail.message": [("model", "=", run._name), ("res_id", "=", run.id)],
            "mail.activity": at_run,
            "ir.attachment": at_run,
        }
        found = set()
        for model, domain in searches.items():
            if env[model].search(domain):
                found.add(f"search {model}")
            if env[model].search_count(domain):
                found.add(f"count {model}")
            if env[model]._read_group(domain, [], ["__count"])[0][0]:
                found.add(f"group {model}")
        records = [
            run,
            self.token,
            run.journal_ids[:1],
            run.link_ids,
            run.message_ids[:1],
            run.activity_ids,
            self.env["ir.attachment"].search(at_run),
        ]
        for record in records:
            record = record.with_user(user)
            for way in ("read", "export"):
                with suppress(AccessError):
                    if way == "read":
                        record.read(["display_name"])
                    else:
                        record.export_data(["id", "display_name"])
                    found.add(f"{way} {record._name}")
        steps = {
            "post": lambda: run.with_user(user).message_post(body="Я"),
            "write": lambda: run.with_user(user).write({"note": "Я"}),
            "open": lambda: self.token.with_user(user).action_open_card(),
            "seen": lambda: self.token.with_user(user).action_seen(),
            "begin": lambda: self.token.with_user(user).action_begin(),
            "links": lambda: run.with_user(user).action_open_links(),
            "document": lambda: run.with_user(user).action_open_document(),
            "views": lambda: run.with_user(user).web_read({"note": {}}),
        }
        for name, step in steps.items():
            with suppress(AccessError):
                with self.env.cr.savepoint():
                    step()
                found.add(name)
        names = [name for _id, name in env["bpm.instance"].name_search("Ремонт")]
        if names:
            found.add("name_search")
        return found

    def test_nobody_uninvolved_sees_anything(self):
        portal = new_test_user(self.env, "portal_p", groups="base.group_portal")
        for user in (self.clerk, self.user_performer):
            self.assertEqual(self.find_leaks(user), set(), user.login)
        with self.assertRaises(AccessError):
            self.run_.with_user(portal).read(["name"])
        self.assertTrue(self.find_leaks(self.user_dispatcher))

    @requirement("R118")
    def test_removed_from_the_list_sees_nothing_any_more(self):
        """Restricted: the people listed and the process owner only."""
        self.run_.write(
            {
                "is_restricted": True,
                "member_ids": [Command.set((self.clerk | self.user_manager).ids)],
            }
        )
        for user in (self.user_operator, self.user_dispatcher, self.user_performer):
            self.assertEqual(self.find_leaks(user), set(), user.login)
        for user in (self.user_manager, self.process.owner_id):
            self.assertIn("search bpm.instance", self.find_leaks(user), user.login)
        # who has written nothing there: own words stay one's own
        self.assertTrue(self.run_.with_user(self.clerk).has_access("read"))
        self.run_.member_ids -= self.clerk
        self.assertEqual(self.find_leaks(self.clerk), set())

    @requirement("R118")
    def test_access_is_set_by_the_starter_and_the_owner(self):
        for user in (self.user_dispatcher, self.user_admin):
            self.run_.with_user(user).write(
                {"member_ids": [Command.link(user.id)], "is_restricted": False}
            )
        for user in (self.user_operator, self.user_manager):
            with self.assertRaises(AccessError):
                self.run_.with_user(user).write({"is_restricted": True})
        row = self.run_.journal_ids.filtered(lambda row: row.event == "change")[:1]
        self.assertIn(self.user_admin.name, row.value_to)

    def test_shut_out_people_follow_no_more(self):
        self.run_.message_subscribe((self.clerk | self.user_operator).partner_id.ids)
        self.run_.with_user(self.user_dispatcher).write(
            {
                "is_restricted": True,
                "member_ids": [Command.set((self.clerk | self.user_dispatcher).ids)],
            }
        )
        self.assertIn(self.clerk.partner_id, self.run_.message_partner_ids)
        self.assertNotIn(self.user_operator.partner_id, self.run_.message_partner_ids)

    def test_name_of_a_restricted_run_is_no_leak(self):
        """Records that point to it name the process only."""
        self.run_.is_restricted = True
        self.assertNotIn("Заявка", self.run_.display_name)
        self.assertIn("Ремонт", self.run_.display_name)

    def test_involved_people_see_their_runs(self):
        """Who got a stage sees the run, then and later; restricted too."""
        other = self.build_run()
        self.assertFalse(self.run_.with_user(self.clerk).has_access("read"))
        self.token.sudo().user_id = self.clerk
        self.assertTrue(self.run_.with_user(self.clerk).has_access("read"))
        self.assertFalse(other.with_user(self.clerk).has_access("read"))
        other.sudo().is_restricted = True
        self.get_open(other).sudo().user_id = self.clerk
        self.assertTrue(other.with_user(self.clerk).has_access("read"))
        self.assertIn(self.clerk, other.member_ids)

    def test_runs_of_documents_one_may_not_read(self):
        """A salesman's own order: other roles see its run only as far as the order."""
        process = self.publish(self.build_process("account.move", {"a": "work"}))
        invoice = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.customer.id}
        )
        run = self.start(process, invoice).sudo(False)
        self.assertFalse(run.with_user(self.user_operator).has_access("read"))
        runs = self.env["bpm.instance"].with_user(self.user_operator)
        self.assertNotIn(run, runs.search([]))
        self.assertTrue(run.with_user(self.user_admin).has_access("read"))

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Второе ООО"})
        self.run_.sudo().company_id = company
        self.run_.token_ids.sudo().company_id = company
        for user in (self.user_operator, self.user_admin):
            self.assertFalse(self.run_.with_user(user).has_access("read"))
            self.assertFalse(self.token.with_user(user).has_access("read"))
        runs = self.env["bpm.instance"].with_user(self.user_admin)
        self.assertNotIn(self.run_, runs.search([]))
        self.user_admin.company_ids += company
        allowed = {"allowed_company_ids": [self.env.company.id, company.id]}
        self.assertIn(self.run_, runs.with_context(**allowed).search([]))
