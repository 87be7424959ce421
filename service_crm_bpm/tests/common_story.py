from datetime import timedelta

from odoo.tests import new_test_user

from odoo.addons.service_crm.tests.common_way import MainWayCommon

from .common_process import ProcessCommon


class StoryCommon(MainWayCommon, ProcessCommon):
    """The shipped processes, walked by their roles."""

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
        order = request.service_quotation_id
        self.agree_customer(order)
        self.agree_manager(order)
        self.assertAt(run, "assign")
        visit = self.plan(request)
        self.assertAt(run, "service")
        return run, visit
