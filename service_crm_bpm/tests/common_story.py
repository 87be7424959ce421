from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.service_crm.tests.common_money import MoneyCommon

from .common_process import ProcessCommon


class StoryCommon(MoneyCommon, ProcessCommon):
    """The shipped processes, walked by their roles; a performer who works all day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shipped = cls.robots.with_context(active_test=False).search([])
        names = shipped.get_external_id()
        shipped.filtered(
            lambda robot: names[robot.id].startswith("service_crm_bpm.process_")
        ).active = True
        cls.user_accountant = new_test_user(
            cls.env,
            "service_accountant",
            name="Ольга Счетова",
            email="accounts@service.example.com",
            groups="account.group_account_invoice",
        )
        cls.users["accountant"] = cls.user_accountant
        cls.occupy(cls.env.ref("base.user_admin"))
        cls.performer.calendar_id = cls.env["resource.calendar"].create(
            {
                "name": "Around the clock",
                "tz": "UTC",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Day",
                                "dayofweek": str(day),
                                "hour_from": 0,
                                "hour_to": 24,
                                "day_period": "morning",
                            }
                        )
                        for day in range(7)
                    ),
                ],
            }
        )
        cls.tomorrow = fields.Datetime.now().replace(
            hour=10, minute=0, second=0, microsecond=0
        ) + timedelta(days=1)

    @classmethod
    def occupy(cls, user):
        """A user who may do all has something to do: others come first."""
        process = cls.env.ref("service_crm_bpm.process_customer_registration")
        partner = cls.build_partner("Занят")
        process.with_user(user).sudo()._start([{"res_id": partner.id}])

    # Documents ------------------------------------------------------------------------

    @classmethod
    def build_known(cls, **values):
        """A request of a known customer, as the operator has noted it."""
        return cls.build_request(
            **{
                "type": "opportunity",
                "stage_id": cls.stages["new"].id,
                "partner_id": cls.customer.id,
                "user_id": cls.user_manager.id,
                "dispatcher_id": cls.user_dispatcher.id,
                "operator_id": cls.user_operator.id,
                "service_need": "Лифт скрипит",
                **values,
            }
        )

    def as_role(self, record, role):
        """A record in the hands of the user of the role."""
        return record.with_user(self.users[role])

    def settle(self):
        """What is looked at before a commit."""
        self.env.cr.flush()

    # Runs -----------------------------------------------------------------------------

    def get_shipped(self, key):
        return self.env.ref(f"service_crm_bpm.process_{key}")

    def begin(self, key, record=None, role="operator", **values):
        """Start a shipped process by the start card, as a role.

        :return: the run (sudo)
        """
        context = {"default_process_id": self.get_shipped(key).id}
        if record:
            context |= {"start_model": record._name, "start_id": record.id}
        start = self.env["bpm.start"].with_user(self.users[role])
        action = start.with_context(**context).create(values).action_start()
        return self.env["bpm.instance"].sudo().browse(action["res_id"])

    def do(self, run, key, result=None, role="manager", **values):
        """Complete a stage by the button, as a role: ticks first."""
        token = self.as_role(self.get_open(run, key), role)
        self.assertEqual(len(token), 1, f"stands at {self.get_places(run)}")
        for check in token.sudo().stage_id.check_ids:
            token.action_check(check.id)
        if token.sudo().stage_id.task_blocks and token.sudo().activity_id.active:
            self.as_role(token.sudo().activity_id, role).action_feedback()
            if token.sudo().state == "done":
                return
        way = self.get_way(run, key, result).id if result else False
        token.action_complete(way, **values)
        self.settle()

    def assertAt(self, run, *keys):
        """Where a run stands, and that something there goes on or somebody has it."""
        self.settle()
        self.assertEqual(self.get_places(run), sorted(keys))
        self.assertAlive(run)

    def assertAlive(self, run):
        """No run under way is without a task, a timer, an event or a child."""
        if run.state == "done":
            return
        for token in self.get_open(run).sudo():
            alive = (
                token.activity_id.active
                or token.timer_ids
                or token.child_ids
                or token.approval_ids
                or self.env["bpm.wait"].sudo().search([("token_id", "=", token.id)])
            )
            self.assertTrue(alive, f"nothing moves {token.stage_id.name}")
            self.assertNotEqual(token.state, "failed", token.error)

    def get_told(self, user):
        """Notices to a user, those included that a job is about to send."""
        self.env["bpm.token"]._send_notices()
        return self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", user.partner_id.ids),
            ],
            order="id",
        )

    def pass_time(self, run, **amount):
        self.env["bpm.timer"]._rehearse_time(run, timedelta(**amount))

    # The way of a service request in the request form ------------------------------

    def price(self, request):
        """The dispatcher chooses services and asks for the approvals."""
        priced = self.as_role(request, "dispatcher")
        priced.write(
            {"request_line_ids": [Command.create({"product_id": self.inspection.id})]}
        )
        priced.action_ask_approvals()

    def agree(self, request):
        """The customer agrees by phone, the manager in the system."""
        approvals = request.service_quotation_id.service_approval_ids.grouped("role")
        self.as_role(approvals["customer"], "operator").action_approve(
            spoken_with="Анна Петрова", method="phone"
        )
        self.as_role(approvals["manager"], "manager").action_approve()

    def plan(self, request):
        """A visit, given to the performer.

        :return: the visit
        """
        self.as_role(request, "dispatcher").action_create_work_order()
        visit = request.work_order_ids.sorted("id")[-1:]
        planned = self.as_role(visit, "dispatcher")
        planned.write({"performer_id": self.performer.id, "date_start": self.tomorrow})
        planned.action_assign()
        return visit

    def perform(self, visit):
        """The performer does the job and hands in."""
        own = self.as_role(visit, "performer")
        own.action_on_the_way()
        own.action_start()
        for line in own.line_ids:
            line.quantity_done = line.quantity_planned
        own.report = "Дверь отрегулирована"
        own.action_done()

    def walk_to_service(self, request):
        """From the new request to the visit that is planned.

        :return: (run, visit)
        """
        self.team.write({"approval_customer": True, "approval_manager": True})
        run = self.begin("service_request", request)
        self.assertAt(run, "needs")
        self.as_role(request, "operator").action_pass_to_dispatch()
        self.assertAt(run, "price")
        self.price(request)
        self.assertAt(run, "agree")
        self.agree(request)
        self.assertAt(run, "assign")
        visit = self.plan(request)
        self.assertAt(run, "service")
        return run, visit
