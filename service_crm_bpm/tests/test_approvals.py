"""Approval stages: who is asked, what follows, the customer's page."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.service_crm.tests.common import requirement

from .common_people import PeopleCommon


class ApprovalCommon(PeopleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env, "accountant", groups="base.group_user", name="Бухгалтер"
        )
        cls.approvers = cls.build_people(cls.user_a, cls.user_b, cls.accountant)

    @classmethod
    def build_approval(cls, rejected=True, published=True, **values):
        """Published: start → draft (dispatcher) → visa → present; refusal: draft."""
        worker = {
            "kind": "work",
            "responsible_mode": "first",
            "responsible_ids": cls.build_people(cls.user_dispatcher),
            "makes_task": False,
        }
        ways = [
            ("start", "draft"),
            ("draft", "visa"),
            ("visa", "present", {"outcome": "approved"}),
            ("present", "end"),
        ]
        if rejected:
            ways.append(("visa", "draft", {"outcome": "rejected"}))
        process = cls.build_process(
            stages={
                "draft": worker,
                "visa": {
                    "kind": "approval",
                    "name": "Виза",
                    "responsible_mode": "first",
                    "responsible_ids": cls.approvers,
                    **values,
                },
                "present": worker,
                "end": "end",
            },
            ways=ways,
        )
        return cls.publish(process) if published else process

    def start_visa(self, process, count=1, **values):
        requests = self.build_new(count, partner_id=self.customer.id, **values)
        runs = self.start(process, requests)
        self.get_open(runs).with_user(self.user_dispatcher).action_complete()
        return runs

    def get_asked(self, runs, state="pending"):
        approvals = self.env["service.approval"].search(
            [("instance_id", "in", runs.ids), ("state", "=", state)], order="id"
        )
        return approvals

    def decide(self, run, user, yes=True):
        approval = self.get_asked(run).filtered(lambda a: a.user_id == user)
        approval = approval.with_user(user)
        return approval.action_approve() if yes else approval.action_reject("Дорого")


class TestApprovals(ApprovalCommon):
    def test_everybody_asked_finds_it_at_home_and_decides_there(self):
        """In “My Processes”, with the buttons; nobody else does; gone when decided."""
        process = self.build_approval(approval_mode="all")
        runs = self.start_visa(process, 3)
        visas = self.get_open(runs)
        for user in (self.user_a, self.accountant):
            tokens = self.env["bpm.token"].with_user(user)
            mine = tokens.search([("waiting_for_me", "=", True)])
            self.assertEqual(mine.sudo(), visas)
            self.assertEqual(tokens.action_get_waiting()["open"], 3)
            for token in mine:
                asked = self.env["service.approval"].browse(token.step["approval"])
                self.assertEqual(asked.token_id.id, token.id)
                self.assertEqual(asked.user_id, user)
                self.assertEqual(token.instance_id.with_user(user).state, "running")
                self.assertTrue(asked.with_user(user).action_open_document())
            asked.with_user(user).action_approve()
            self.assertEqual(
                tokens.search_count([("waiting_for_me", "=", True)]), 2, user.name
            )
        stranger = new_test_user(self.env, "stranger", groups="base.group_user")
        tokens = self.env["bpm.token"].with_user(stranger)
        self.assertFalse(tokens.search([("waiting_for_me", "=", True)]))
        seen = visas.with_user(self.user_dispatcher)
        self.assertEqual(set(token.step["approval"] for token in seen), {False})

    def test_a_deputy_decides_while_somebody_is_away(self):
        process = self.build_approval(approval_mode="all")
        run = self.start_visa(process)
        self.accountant.deputy_id = self.user_b
        asked = self.get_asked(run).filtered(lambda a: a.user_id == self.accountant)
        deputy = asked.with_user(self.user_b)
        with self.assertRaisesRegex(AccessError, self.accountant.name):
            deputy.action_approve()
        self.assertFalse(deputy.waiting_for_me)
        self.env["resource.calendar.leaves"].create(
            {
                "resource_id": self.env["resource.resource"]
                .create({"name": "Бухгалтер", "user_id": self.accountant.id})
                .id,
                "date_from": "2020-01-01",
                "date_to": "2099-01-01",
            }
        )
        deputy.invalidate_recordset()
        self.assertTrue(deputy.waiting_for_me)
        deputy.action_approve()
        self.assertEqual(asked.state, "approved")
        self.assertEqual(asked.decided_by, self.user_b)

    @requirement("R172")
    def test_all_are_needed_one_refusal_returns(self):
        process = self.build_approval()
        run = self.start_visa(process)
        self.assertEqual(len(self.get_asked(run)), 3)
        self.decide(run, self.user_a)
        self.decide(run, self.accountant)
        self.assertEqual(self.get_places(run), ["visa"])
        self.decide(run, self.user_b)
        self.assertEqual(self.get_places(run), ["present"])
        run = self.start_visa(process)
        self.decide(run, self.user_a)
        self.decide(run, self.user_b, yes=False)
        self.assertEqual(self.get_places(run), ["draft"])
        self.assertFalse(self.get_asked(run))
        self.assertEqual(len(self.get_asked(run, "reset")), 1)
        self.assertIn(("approval", "visa"), self.get_events(run))

    @requirement("R201")
    def test_refused_visa_stays_approved_moves_on(self):
        process = self.build_approval(
            rejected=False, responsible_ids=self.build_people(self.user_a)
        )
        run = self.start_visa(process)
        self.decide(run, self.user_a, yes=False)
        self.assertEqual(self.get_places(run), ["visa"])
        token = self.get_open(run)
        self.assertEqual(token.user_id, self.user_dispatcher)
        with self.assertRaises(AccessError):
            token.with_user(self.user_operator).action_ask_again()
        token.with_user(self.user_dispatcher).action_ask_again()
        self.assertEqual(token.user_id, self.user_a)
        with self.assertRaisesRegex(UserError, "not refused"):
            token.with_user(self.user_dispatcher).action_ask_again()
        self.decide(run, self.user_a)
        self.assertEqual(self.get_places(run), ["present"])

    def test_one_and_a_number_of_them(self):
        run = self.start_visa(self.build_approval(approval_mode="one"))
        self.decide(run, self.user_b, yes=False)
        self.decide(run, self.accountant)
        self.assertEqual(self.get_places(run), ["present"])
        process = self.build_approval(approval_mode="count", approval_count=2)
        run = self.start_visa(process)
        self.decide(run, self.user_a)
        self.assertEqual(self.get_places(run), ["visa"])
        self.decide(run, self.user_b)
        self.assertEqual(self.get_places(run), ["present"])
        run = self.start_visa(process)
        self.decide(run, self.user_a, yes=False)
        self.assertEqual(self.get_places(run), ["visa"])
        self.decide(run, self.user_b, yes=False)  # two can not agree any more
        self.assertEqual(self.get_places(run), ["draft"])

    def test_one_after_the_other(self):
        run = self.start_visa(self.build_approval(approval_mode="order"))
        for user in (self.user_a, self.user_b, self.accountant):
            self.assertEqual(self.get_asked(run).user_id, user)
            self.assertEqual(self.get_open(run).user_id, user)
            self.decide(run, user)
        self.assertEqual(self.get_places(run), ["present"])

    def test_a_role_is_one_of_its_people(self):
        group = self.env.ref("service_crm.group_service_manager")
        line = [Command.create({"kind": "group", "group_id": group.id})]
        process = self.build_approval(responsible_mode="online", responsible_ids=line)
        self.set_online(self.user_b)
        run = self.start_visa(process)
        self.assertEqual(self.get_asked(run).user_id, self.user_b)

    def test_only_who_is_asked_decides(self):
        run = self.start_visa(self.build_approval())
        approval = self.get_asked(run)[0]
        with self.assertRaisesRegex(AccessError, "was asked of Анна"):
            approval.with_user(self.user_dispatcher).action_approve()
        with self.assertRaises(AccessError):  # does not even see it
            approval.with_user(self.accountant).action_approve()
        with self.assertRaisesRegex(UserError, "not completed by hand"):
            self.get_open(run).with_user(self.user_a).action_complete()

    def test_pass_on(self):
        run = self.start_visa(self.build_approval())
        approval = self.get_asked(run)[0]
        activity = approval.activity_id
        dialogue = approval.with_user(self.user_a).action_delegate()
        self.assertEqual(dialogue["res_model"], "bpm.step")
        with self.assertRaises(AccessError):
            approval.with_user(self.user_dispatcher).action_delegate()
        approval.with_user(self.user_a).action_delegate(self.user_manager.id)
        self.assertEqual(approval.user_id, self.user_manager)
        self.assertEqual(activity.user_id, self.user_manager)
        self.assertEqual(self.get_open(run).user_id, self.user_manager)
        approval.with_user(self.user_manager).action_approve()
        self.assertFalse(activity.active)

    def test_to_dos_and_one_notice_per_person(self):
        runs = self.start_visa(self.build_approval(), 4)
        approvals = self.get_asked(runs)
        self.assertEqual(len(approvals.activity_id), 12)
        self.assertEqual(len(self.get_notices(self.user_a)), 1)
        runs._cancel_run("Не нужно")
        self.assertFalse(approvals.activity_id.exists())
        self.assertEqual(set(approvals.mapped("state")), {"reset"})

    def test_ticking_off_the_to_do_is_no_answer(self):
        run = self.start_visa(self.build_approval())
        activity = self.get_asked(run)[0].activity_id.with_user(self.user_a)
        with self.assertRaisesRegex(UserError, "waits for your decision"):
            activity.action_feedback()
        self.decide(run, self.user_a)
        self.assertFalse(activity.active)

    def test_nobody_to_ask_fails_in_plain_sight(self):
        nobody = [Command.create({"kind": "path", "path": "user_id"})]
        run = self.start_visa(self.build_approval(responsible_ids=nobody))
        self.assertEqual(run.state, "failed")
        self.assertIn("Nobody is found", self.get_open(run).error)

    def test_time_out(self):
        process = self.build_approval(
            published=False, timeout_amount=1, timeout_unit="hours"
        )
        visa, end = self.get_stage(process, "visa"), self.get_stage(process, "end")
        self.env["bpm.transition"].create(
            {
                "process_id": process.id,
                "source_id": visa.id,
                "target_id": end.id,
                "outcome": "timeout",
            }
        )
        run = self.start_visa(self.publish(process))
        asked = self.get_asked(run)
        timer = self.env["bpm.timer"].search([("token_id", "=", self.get_open(run).id)])
        with freeze_time(timer.date_due + timedelta(minutes=1)):
            timer._run_due()
        self.assertEqual(run.state, "done")
        self.assertEqual(set(asked.mapped("state")), {"reset"})
        self.assertFalse(asked.activity_id.exists())

    def test_the_order_is_not_confirmed_by_a_process(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "user_id": self.user_admin.id}
        )
        process = self.publish(
            self.build_process(
                model="sale.order",
                stages={
                    "visa": {
                        "kind": "approval",
                        "responsible_mode": "first",
                        "responsible_ids": self.build_people(self.user_a),
                    }
                },
                ways=[
                    ("start", "visa"),
                    ("visa", "end", {"outcome": "approved"}),
                ],
            )
        )
        run = self.start(process, order)
        self.decide(run, self.user_a)
        self.assertEqual((run.state, order.state), ("done", "draft"))
        self.assertFalse(order.service_approval_ids)

    @requirement("R174")
    def test_customer_by_word_or_page(self):
        process = self.build_approval(
            responsible_ids=self.build_people(self.user_a), approval_customer=True
        )
        run = self.start_visa(process)
        customer = self.get_asked(run).filtered(lambda a: a.role == "customer")
        self.assertEqual(customer.partner_id, self.customer)
        mail = self.env["mail.mail"].search(
            [("model", "=", "service.approval"), ("res_id", "=", customer.id)]
        )
        self.assertIn(customer._get_customer_page_url(), mail.body_html)
        self.decide(run, self.user_a)
        self.assertEqual(self.get_places(run), ["visa"])
        customer.with_user(self.user_dispatcher).action_approve("Анна", "phone")
        self.assertEqual(self.get_places(run), ["present"])

    def test_customer_without_mail_or_missing(self):
        process = self.build_approval(responsible_ids=[], approval_customer=True)
        self.customer.email = False
        run = self.start_visa(process)
        self.assertIn(
            "ask by phone", " ".join(run.journal_ids.filtered("text").mapped("text"))
        )
        self.assertEqual(self.get_open(run).user_id, self.user_dispatcher)
        request = self.build_new()
        run = self.start(process, request)
        self.get_open(run).with_user(self.user_dispatcher).action_complete()
        self.assertIn("no customer", self.get_open(run).error)


@tagged("post_install", "-at_install")
class TestApprovalPage(ApprovalCommon, HttpCase):
    def ask_customer(self):
        process = self.build_approval(responsible_ids=[], approval_customer=True)
        run = self.start_visa(process)
        return run, self.get_asked(run)

    def get_path_of(self, approval):
        return f"/service/approval/{approval.id}/{approval._portal_ensure_token()}"

    @requirement("R174")
    def test_customer_approves_on_the_page(self):
        run, approval = self.ask_customer()
        path = self.get_path_of(approval)
        page = self.url_open(path)
        self.assertIn("Виза", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        answer = self.answer(path, "approved", name="Анна")
        self.assertIn("Thank you", answer.text)
        self.assertEqual(approval.state, "approved")
        self.assertEqual(approval.spoken_with, "Анна")
        self.assertEqual(self.get_places(run), ["present"])
        again = self.url_open(path)
        self.assertNotIn("approval_name", again.text)

    def test_refusal_needs_words(self):
        run, approval = self.ask_customer()
        path = self.get_path_of(approval)
        answer = self.answer(path, "rejected", name="Анна")
        self.assertEqual(answer.status_code, 400)
        self.assertIn("what should be different", answer.text)
        self.answer(path, "rejected", name="Анна", comment="Дорого")
        self.assertEqual(approval.state, "rejected")
        self.assertEqual(self.get_places(run), ["draft"])

    def test_wrong_keys_and_other_approvals_are_not_found(self):
        run, approval = self.ask_customer()
        other = self.start_visa(self.build_approval())
        employee = self.get_asked(other)[0]
        for path in (
            f"/service/approval/{approval.id}/wrong",
            f"/service/approval/{approval.id + 1000}/{approval.access_token}",
            self.get_path_of(employee),
        ):
            self.assertEqual(self.url_open(path).status_code, 404)

    def answer(self, path, decision, **values):
        page = self.url_open(path).text
        csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(f"{path}/{decision}", data={"csrf_token": csrf, **values})
