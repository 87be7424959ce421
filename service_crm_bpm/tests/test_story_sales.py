from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.service_crm.tests.common import requirement

from .common_people import PeopleCommon


class SalesCommon(PeopleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales = cls.env.ref("service_crm_bpm.process_sales")
        cls.accountant = new_test_user(
            cls.env,
            "sales_accountant",
            groups="account.group_account_invoice",
            name="Бухгалтер",
        )

    def build_deal(self, **values):
        return self.build_new(
            partner_id=self.customer.id, user_id=self.user_manager.id, **values
        )

    def begin(self, process=None, **values):
        """A run of a published process, by the manager."""
        deal = self.build_deal(**values.pop("deal", {}))
        return deal, self.start(
            process or self.sales, deal, self.user_manager, **values
        )

    def do(self, run, *steps):
        """Stages completed by the manager: ``(stage, result)``."""
        for key, result in steps:
            self.complete(run, key, result, self.user_manager)

    def decide(self, run, decision):
        """Everybody who is asked decides."""
        step = {"approved": "action_approve", "rejected": "action_reject"}[decision]
        while approval := self.get_approvals(run)[:1]:
            user = approval.user_id or self.user_admin
            getattr(approval.with_user(user), step)(comment="Так надо")

    def get_approvals(self, run):
        return self.env["service.approval"].search(
            [("token_id.instance_id", "=", run.id), ("state", "=", "pending")]
        )

    def build_robot_at(self, process, key, **values):
        return self.build_robot(
            trigger="process",
            process_stage_id=self.get_stage(process, key).id,
            **{"user_id": process.user_id.id, **values},
        )


@tagged("post_install", "-at_install")
class TestStorySales(SalesCommon):
    """The shipped process “Sales”: seed 003, and the stages of seed 004."""

    @requirement("R165")
    @requirement("R202")
    @requirement("R214")
    def test_presentation_offer_contract_payment_event_closing(self):
        _deal, run = self.begin()
        self.do(run, ("qualify", "Fits"))
        self.assertEqual(self.get_places(run), ["visa"])
        self.decide(run, "approved")
        self.assertEqual(self.get_places(run), ["present"])
        # the catalogue is agreed: the next stage is the offer
        self.do(run, ("present", "Interested"))
        self.assertEqual(self.get_places(run), ["offer"])
        self.do(run, ("offer", "Agreed"))
        self.assertEqual(self.get_places(run), ["agree"])
        self.decide(run, "approved")
        self.assertEqual(self.get_places(run), ["sign"])
        self.do(run, ("sign", "Signed"))
        payment = run.child_ids
        self.assertEqual(payment.process_id.name, "Receive payment")
        self.assertEqual(self.get_places(run), ["payment"])
        self.complete(payment, "invoice", "Invoice sent", self.user_manager)
        self.complete(payment, "wait", None, self.user_manager)
        self.assertEqual(self.get_places(run), ["event"])
        self.do(run, ("event", "Held"), ("closing", "Closed"))
        self.assertRecordValues(run, [{"state": "done", "is_success": True}])

    @requirement("R164")
    def test_the_kind_of_sale_chooses_the_way(self):
        for kind, place in (
            ("long_push", "present"),
            ("long_pull", "present"),
            ("short_push", "offer"),
        ):
            with self.subTest(kind=kind):
                _deal, run = self.begin(variables={"sale_type": kind})
                self.do(run, ("qualify", "Fits"))
                self.decide(run, "approved")
                self.assertEqual(self.get_places(run), [place])

    @requirement("R167")
    def test_after_the_closing_a_call_in_two_months(self):
        self.env.ref("service_crm_bpm.process_sales_robot_next_talk").active = True
        _deal, run = self.begin()
        token = self.get_open(run)
        token._move_to(self.get_stage(self.sales, "closing"), None)
        self.do(run, ("closing", "Closed"))
        call = self.customer.activity_ids
        self.assertEqual(call.user_id, self.user_manager)
        self.assertEqual(
            call.date_deadline, fields.Date.context_today(call) + timedelta(days=60)
        )

    @requirement("R170")
    def test_a_refusal_needs_a_reason_and_is_tried_again(self):
        deal, run = self.begin()
        token = self.get_open(run)
        token._move_to(self.get_stage(self.sales, "present"), None)
        self.do(run, ("present", "Refused"))
        refusal = self.get_open(run, "refusal")
        refusal.user_id = self.user_manager
        again = self.get_way(run, "refusal", "Try again")
        with self.assertRaisesRegex(UserError, "Lost Reason"):
            refusal.with_user(self.user_manager).action_complete(again.id)
        deal.lost_reason_id = self.env.ref("crm.lost_reason_1")
        refusal.with_user(self.user_manager).action_complete(again.id)
        second = self.get_open(run, "second")
        timer = self.env["bpm.timer"].search([("token_id", "=", second.id)])
        self.assertGreater(timer.date_due, fields.Datetime.now() + timedelta(days=58))
        self.assertLess(timer.date_due, fields.Datetime.now() + timedelta(days=63))

    @requirement("R203")
    def test_not_shipped_in_time_is_escalated(self):
        process = self.publish(
            self.build_process(
                stages={
                    "offer": {**self.make_work(), "planned_hours": 8},
                    "ship": {
                        **self.make_work(),
                        "planned_hours": 8,
                        "deadline_action": "hand_over",
                    },
                    "end": "end",
                },
                owner_id=self.user_admin.id,
            )
        )
        with freeze_time("2026-11-23 06:00:00"):
            _deal, run = self.begin(process)
            self.do(run, ("offer", None))
            token = self.get_open(run, "ship")
            task = token.activity_id
            self.assertTrue(task, "the task to prepare the shipment")
        with freeze_time("2026-11-25 06:00:00"):
            due = self.env["bpm.timer"].search([("token_id", "=", token.id)])
            due._run_due()
        self.assertEqual(token.user_id, self.user_admin, "the owner takes it over")
        self.assertEqual(token.activity_id.user_id, self.user_admin)

    def make_work(self):
        return {
            "kind": "work",
            "responsible_mode": "first",
            "responsible_ids": self.build_people(self.user_manager),
        }


@tagged("post_install", "-at_install")
class TestStoryMarketing(SalesCommon):
    """Leads by need: what is sold at once, later, or not at all (seed 004)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketing = cls.env.ref("service_crm_bpm.process_incoming_marketing")

    @requirement("R211")
    def test_without_data_only_care_is_left(self):
        lead = self.build_new(partner_name="ООО Ромашка")
        run = self.start(self.marketing, lead, self.user_operator)
        self.complete(run, "qualify", "Ready to buy", self.user_operator)
        self.assertEqual(self.get_places(run), ["nurture"])
        self.assertFalse(run.child_ids)
        lead.write({"partner_id": self.customer.id, "phone": "+7 495 120-81-15"})
        self.complete(run, "nurture", "Ready to buy", self.user_manager)
        self.assertEqual(run.child_ids.process_id, self.sales)

    @requirement("R200")
    def test_a_qualified_lead_gets_a_sale_by_the_process(self):
        process = self.build_process(
            stages={"qualify": "work", "sale": "automatic", "end": "end"}
        )
        self.build_robot_at(
            process,
            "sale",
            kind="create",
            create_model_id=self.env["ir.model"]._get_id("sale.order"),
            create_link_field_id=self.get_field("sale.order", "opportunity_id").id,
            create_once=True,
            value_ids=self.build_lines(
                {"partner_id": {"source": "copy", "path": "partner_id"}}, "sale.order"
            ),
        )
        deal, run = self.begin(self.publish(process))
        self.assertFalse(deal.order_ids)
        self.do(run, ("qualify", None))
        self.assertEqual(run.state, "done")
        self.assertEqual(deal.order_ids.partner_id, self.customer)

    @requirement("R224")
    @requirement("R225")
    def test_the_need_chooses_the_case(self):
        long = self.build_case("Длинная программа")
        process = self.publish(
            self.build_process(
                stages={
                    "need": "decision",
                    "short": "work",
                    "long": {
                        "kind": "child",
                        "child_process_id": long.id,
                        "child_mode": "detached",
                    },
                    "news": "work",
                    "end": "end",
                },
                ways=[
                    ("start", "need"),
                    ("need", "short", {"domain": "[('name', 'ilike', 'короткая')]"}),
                    ("need", "long", {"domain": "[('name', 'ilike', 'длинная')]"}),
                    ("need", "news", {"is_default": True}),
                    ("short", "end"),
                    ("long", "end"),
                    ("news", "end"),
                ],
            )
        )
        deals = self.build_deal(name="Короткая программа") | self.build_deal(
            name="Длинная программа"
        )
        deals |= self.build_deal(name="Рассылка")
        runs = self.start(process, deals, self.user_manager)
        self.assertEqual(self.get_places(runs[0]), ["short"])
        self.assertEqual(runs[1].state, "done")
        self.assertEqual(self.get_places(runs[2]), ["news"])
        # a sale of its own only for the long one, made by the stage
        self.assertEqual(len(runs.child_ids), 1)
        self.assertEqual(runs.child_ids.parent_id, runs[1])
        self.assertEqual(runs.child_ids.process_id, long)
        self.assertEqual(self.get_places(runs.child_ids), ["sell"])

    @requirement("R226")
    def test_a_field_of_the_customer_chooses_the_way(self):
        trained = self.env["res.partner.category"].create({"name": "Есть диплом"})
        self.customer.category_id = trained
        process = self.publish(
            self.build_process(
                stages={
                    "trained": "decision",
                    "advanced": "work",
                    "basic": "work",
                    "end": "end",
                },
                ways=[
                    ("start", "trained"),
                    (
                        "trained",
                        "advanced",
                        {"domain": "[('partner_id.category_id', '=', 'Есть диплом')]"},
                    ),
                    ("trained", "basic", {"is_default": True}),
                    ("advanced", "end"),
                    ("basic", "end"),
                ],
            )
        )
        _deal, run = self.begin(process)
        self.assertEqual(self.get_places(run), ["advanced"])
        self.customer.category_id = False
        _deal, run = self.begin(process)
        self.assertEqual(self.get_places(run), ["basic"])

    def build_case(self, name):
        return self.publish(
            self.build_process(name=name, stages={"sell": "work", "end": "end"})
        )


@tagged("post_install", "-at_install")
class TestStoryTender(SalesCommon):
    """A tender that is won becomes deals, contracts, tasks (seed 004)."""

    def build_tender_process(self):
        process = self.build_process(
            model="service.tender",
            stages={
                "bid": "work",
                "realise": "automatic",
                "work": {
                    "kind": "work",
                    "task_summary": "Исполнение {{subject}}",
                    "responsible_mode": "first",
                    "responsible_ids": self.build_people(self.user_manager),
                },
                "learn": "work",
                "won": "end",
                "lost": {"kind": "end", "is_success": False},
            },
            ways=[
                ("start", "bid"),
                (
                    "bid",
                    "realise",
                    {"name": "Won", "domain": "[('state', '=', 'won')]"},
                ),
                ("bid", "learn", {"name": "Lost", "is_default": True}),
                ("realise", "work"),
                ("work", "won"),
                ("learn", "lost"),
            ],
        )
        partner = {"partner_id": {"source": "copy", "path": "partner_id"}}
        realisation = self.env["crm.team"].create({"name": "Реализация"})
        deal = {
            "name": "Реализация {{subject}}",
            "team_id": {"value_ref": f"crm.team,{realisation.id}"},
        }
        self.build_maker(process, "crm.lead", "tender_id", {**partner, **deal})
        for direction in ("income", "expense"):
            self.build_maker(
                process,
                "service.contract",
                "tender_id",
                {
                    **partner,
                    "subject": "Договор {{subject}}",
                    "direction": {"choice": direction},
                },
            )
        return self.publish(process)

    def build_maker(self, process, model, link, values):
        lines = []
        for name, line in values.items():
            line = dict(line) if isinstance(line, dict) else {"value": line}
            if choice := line.pop("choice", None):
                line["value_selection_id"] = self.get_choice(model, name, choice).id
            field = self.get_field(model, name)
            lines.append((0, 0, {"field_id": field.id, **line}))
        return self.build_robot_at(
            process,
            "realise",
            kind="create",
            create_model_id=self.env["ir.model"]._get_id(model),
            create_link_field_id=self.get_field(model, link).id,
            value_ids=lines,
        )

    def build_tender(self, state):
        tender = self.env["service.tender"].create(
            {"subject": "Лифты школы 5", "partner_id": self.customer.id}
        )
        tender.sudo().write({"state": state})
        return tender

    @requirement("R194")
    def test_won_and_lost(self):
        process = self.build_tender_process()
        won, lost = self.build_tender("won"), self.build_tender("lost")
        runs = self.start(process, won | lost, self.user_manager)
        self.complete(runs[0], "bid", "Won", self.user_manager)
        self.complete(runs[1], "bid", "Lost", self.user_manager)
        self.assertEqual(won.request_ids.team_id.name, "Реализация")
        self.assertEqual(
            sorted(won.contract_ids.mapped("direction")), ["expense", "income"]
        )
        self.assertEqual(
            self.get_open(runs[0]).activity_id.summary, "Исполнение Лифты школы 5"
        )
        # payment schedules of both contracts are tracked
        self.env["service.contract.payment"].create(
            [
                {"contract_id": contract.id, "amount": 100, "date": "2026-12-31"}
                for contract in won.contract_ids
            ]
        )
        self.assertEqual(len(won.contract_ids.payment_ids), 2)
        self.assertEqual(self.get_places(runs[1]), ["learn"])
        self.complete(runs[1], "learn", None, self.user_manager)
        self.assertRecordValues(runs[1], [{"state": "done", "is_success": False}])
        self.assertFalse(lost.contract_ids)
        self.assertFalse(lost.request_ids)
