from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form

from .common import ServiceCommon, requirement


class TestRequest(ServiceCommon):
    """Requests of service teams: how they begin, and that other leads stay alone."""

    @requirement("R6")
    def test_every_new_request_enters_the_operators_queue(self):
        requests = self.env["crm.lead"].create(
            [
                {"name": name, "team_id": self.team.id, "service_channel": channel}
                for name, channel in [
                    ("Лифт стоит", "phone"),
                    ("Door", "mail"),
                    ("Boiler", "form"),
                    ("Chat", "chat"),
                    ("By hand", "manual"),
                ]
            ]
        )
        for request in requests:
            self.assertEqual(request.service_phase, "new")
            self.assertEqual(request.type, "lead")
            self.assertFalse(request.user_id)
            self.assertFalse(request.dispatcher_id)
            self.assertFalse(request.operator_id)
            self.assertEqual(request.waiting_for, "operator")
            self.assertRegex(request.service_number, r"^SR/\d{4}/\d{5}$")
            self.assertTrue(request.company_id)
        self.assertEqual(len(set(requests.mapped("service_number"))), 5)

    @requirement("R9")
    def test_all_roles_may_file_a_request_by_hand(self):
        for role in ("operator", "manager", "dispatcher", "performer"):
            user = self.users[role]
            lead = self.env["crm.lead"].with_user(user)
            request = lead.create(
                {
                    "name": f"By {role}",
                    "team_id": self.team.id,
                    "type": "opportunity",
                    "user_id": user.id,
                    "stage_id": self.stages["agreed"].id,
                    "phone": "+7 900 000-00-01",
                }
            )
            self.assertEqual(request.service_phase, "new", role)
            self.assertEqual(request.type, "lead", role)
            self.assertFalse(request.sudo().user_id, role)
            self.assertFalse(request.sudo().operator_id, role)
            self.assertIn(
                request,
                self.env["crm.lead"]
                .with_user(self.user_operator)
                .search([("service_phase", "=", "new"), ("operator_id", "=", False)]),
            )

    @requirement("R9")
    def test_all_roles_file_and_open_a_request_in_the_form(self):
        view = "service_crm.request_view_form"
        context = {"service_new": True, "default_user_id": False}
        for role in ("operator", "manager", "dispatcher", "performer"):
            lead = self.env["crm.lead"].with_user(self.users[role])
            with Form(lead.with_context(**context), view=view) as form:
                form.service_need = f"Ремонт, {role}\nСрочно"
                form.phone = "+7 999 111-22-33"
            request = form.record
            self.assertEqual(request.name, f"Ремонт, {role}")
            self.assertEqual(request.team_id, self.team)
            self.assertEqual(request.service_phase, "new")
            with Form(request, view=view) as form:
                self.assertEqual(form.service_number, request.service_number)
            self.assertEqual(
                request.get_formview_action()["views"][0][0],
                self.env.ref(view).id,
            )

    def test_service_people_need_no_team_to_file_a_request(self):
        for user in (self.user_operator, self.user_performer):
            request = self.env["crm.lead"].with_user(user).create({"name": "Broken"})
            self.assertEqual(request.team_id, self.team)
            self.assertTrue(request.service_number)

    def test_a_batch_is_numbered_and_matched_in_constant_queries(self):
        def vals(count):
            return [
                {
                    "name": f"Request {number}",
                    "team_id": self.team.id,
                    "phone": f"+7 495 111-{number // 100:02}-{number % 100:02}",
                    "email_from": f"caller{number}@example.com",
                }
                for number in range(count)
            ]

        lead = self.env["crm.lead"].with_context(tracking_disable=True)
        lead.create(vals(2))
        self.env.flush_all()
        counts = []
        for size in (5, 50):
            before = self.env.cr.sql_log_count
            lead._prepare_service_create(vals(size))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 6)

    def test_a_request_without_a_name_gets_one_from_the_need(self):
        request = self.build_request(
            name=False, service_need="Шумит дверь\nв подъезде 2"
        )
        self.assertEqual(request.name, "Шумит дверь")
        self.assertEqual(request.display_name, f"{request.service_number} Шумит дверь")
        self.assertIn(
            request.id,
            [
                res_id
                for res_id, _name in self.env["crm.lead"].name_search(
                    request.service_number
                )
            ],
        )

    def test_mail_alias_makes_leads_without_odoo_leads(self):
        self.assertFalse(
            self.env.ref("base.group_user").implied_ids
            & self.env.ref("crm.group_use_lead")
        )
        self.team.write({"use_leads": True})
        self.assertIn("'type': 'lead'", self.team.alias_defaults)
        self.team.user_id = self.user_manager
        request = self.env["crm.lead"].message_new(
            {
                "subject": "Лифт",
                "from": "Ivan <ivan@nobody.example.com>",
                "email_from": "Ivan <ivan@nobody.example.com>",
                "to": "service@example.com",
                "body": "",
                "message_id": "<1@x>",
            },
            custom_values={"team_id": self.team.id},
        )
        self.assertEqual(request.type, "lead")
        self.assertFalse(request.user_id)

    def test_a_new_customer_number_never_overwrites_the_card(self):
        request = self.build_request(
            partner_id=self.customer.id, phone="+7 900 111-22-33"
        )
        self.env.flush_all()
        self.assertEqual(request.phone, "+7 900 111-22-33")
        self.assertEqual(self.customer.phone, "+7 495 120-81-15")
        self.assertEqual(request.email_from, "anna@alfa.example.com")

    def test_the_manager_does_not_take_the_request_to_his_own_team(self):
        own = self.env["crm.team"].create(
            {"name": "Own", "member_ids": [Command.link(self.user_manager.id)]}
        )
        request = self.build_request()
        request.user_id = self.user_manager
        self.assertEqual(request.team_id, self.team)
        self.assertNotEqual(request.team_id, own)

    def test_stages_cannot_be_written_past_the_steps(self):
        request = self.build_request()
        for user in (self.user_operator, self.user_manager, self.user_dispatcher):
            with self.assertRaises(UserError):
                request.with_user(user).write({"stage_id": self.stages["agreed"].id})
            with self.assertRaises(UserError):
                request.with_user(user).action_set_won()
        second = self.env["crm.stage"].create(
            {
                "name": "Called back",
                "sequence": 11,
                "service_phase": "new",
                "team_ids": [Command.link(self.team.id)],
            }
        )
        request.with_user(self.user_operator).stage_id = second
        self.assertEqual(request.stage_id, second)

    def test_phases_move_forward_in_one_write(self):
        requests = self.build_request() + self.build_request() + self.build_request()
        requests[0].sudo().stage_id = self.stages["closing"]
        moved = requests.with_user(self.user_dispatcher)._move_to_phase("agreed")
        self.assertEqual(moved, requests[1:])
        self.assertEqual(
            requests.mapped("service_phase"), ["closing", "agreed", "agreed"]
        )
        requests._move_to_phase("dispatch", force=True)
        self.assertEqual(set(requests.mapped("service_phase")), {"dispatch"})

    def test_moving_a_batch_takes_constant_queries(self):
        def measure(count, phase):
            requests = self.env["crm.lead"].create(
                [{"name": "Move", "team_id": self.team.id} for _number in range(count)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            requests._move_to_phase(phase)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        measure(2, "dispatch")
        self.assertEqual(measure(5, "dispatch"), measure(40, "dispatch"))

    def test_a_team_change_moves_and_logs_the_stage(self):
        plain_team = self.env["crm.team"].create({"name": "Plain"})
        lead = self.env["crm.lead"].create(
            {"name": "Plain", "team_id": plain_team.id, "partner_id": self.customer.id}
        )
        self.env.cr.flush()
        self.assertFalse(lead.service_phase)
        lead.team_id = self.team
        self.env.cr.flush()
        self.assertEqual(lead.stage_id.team_ids, self.team)
        self.assertTrue(lead.service_number)
        log = self.env["service.phase.log"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)]
        )
        self.assertEqual(log.mapped("phase"), [lead.service_phase])
        lead.team_id = plain_team
        self.assertFalse(lead.service_phase)
        self.assertFalse(lead.is_service)

    def test_columns_of_the_board_are_the_own_stages(self):
        lead = self.env["crm.lead"].with_context(service_stages=True)
        columns = lead._read_group_stage_ids(self.env["crm.stage"], [])
        self.assertEqual(
            columns, self.env["crm.stage"].search([("service_phase", "!=", False)])
        )
        found = self.env["crm.lead"].with_context(default_team_id=self.team.id)
        self.assertEqual(
            found._read_group_stage_ids(self.env["crm.stage"], []),
            self.env["crm.stage"].search([("team_ids", "in", self.team.ids)]),
        )

    def test_stages_of_service_teams_have_a_phase_and_one_won(self):
        link = [Command.link(self.team.id)]
        for values in (
            {"name": "No phase", "team_ids": link},
            {
                "name": "Won",
                "team_ids": link,
                "service_phase": "agreed",
                "is_won": True,
            },
            {"name": "Done", "team_ids": link, "service_phase": "done"},
            {"name": "Nobody's", "service_phase": "new"},
        ):
            with self.assertRaises(ValidationError):
                self.env["crm.stage"].create(values)
        other = self.env["crm.team"].create({"name": "Other"})
        with self.assertRaises(ValidationError):
            self.stages["new"].team_ids = [Command.link(other.id)]

    def test_a_team_becomes_a_service_team_and_stays_one_with_requests(self):
        team = self.env["crm.team"].create({"name": "Repairs"})
        own = self.env["crm.stage"].create(
            {"name": "Ours", "team_ids": [Command.link(team.id)]}
        )
        lead, deal, won = self.env["crm.lead"].create(
            [
                {"name": "Lead", "team_id": team.id, "type": "lead"},
                {
                    "name": "Deal",
                    "team_id": team.id,
                    "type": "opportunity",
                    "partner_id": self.customer.id,
                },
                {"name": "Won", "team_id": team.id, "type": "opportunity"},
            ]
        )
        won.action_set_won()
        team.is_service = True
        self.assertEqual(own.service_phase, "dispatch")
        self.assertEqual(
            (lead + deal + won).mapped("service_phase"), ["new", "dispatch", "done"]
        )
        self.assertTrue(all((lead + deal + won).mapped("service_number")))
        self.assertEqual(
            len(
                self.env["crm.stage"]
                .search([("team_ids", "in", team.ids)])
                .grouped("service_phase")
            ),
            7,
        )
        with self.assertRaisesRegex(UserError, "3 service requests"):
            team.is_service = False
        (lead + deal + won).unlink()
        team.is_service = False
