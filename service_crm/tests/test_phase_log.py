from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import ServiceCommon


class TestPhaseLog(ServiceCommon):
    def _rows(self, records, **values):
        domain = [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["service.phase.log"].search(domain, order="id")

    def _build_new(self):
        return self.build_request(stage_id=self.stages["new"].id)

    def test_entering_a_phase_is_logged_once(self):
        requests = self._build_new() + self._build_new()
        rows = self._rows(requests, field_name="stage_id")
        self.assertEqual(rows.mapped("phase"), ["new", "new"])
        requests.write({"stage_id": self.stages["dispatch"].id})
        requests.write({"stage_id": self.stages["dispatch"].id})
        rows = self._rows(requests, phase="dispatch")
        self.assertEqual(rows.mapped("res_id"), requests.ids)
        self.assertEqual(rows.mapped("previous_phase"), ["new", "new"])
        self.assertEqual(
            rows.mapped("previous_value"), [str(self.stages["new"].id)] * 2
        )
        self.assertEqual(set(rows.mapped("name")), {self.stages["dispatch"].name})

    def test_another_stage_of_the_same_phase_enters_no_phase(self):
        request = self.build_request(stage_id=self.stages["dispatch"].id)
        second = self.env["crm.stage"].create(
            {
                "name": "Ждём запчасти",
                "service_phase": "dispatch",
                "team_ids": [Command.link(self.team.id)],
            }
        )
        request.stage_id = second
        row = self._rows(request, value=str(second.id))
        self.assertEqual(row.name, "Ждём запчасти")
        self.assertFalse(row.phase)
        self.assertEqual(len(self._rows(request, phase="dispatch")), 1)

    def test_entering_again_is_another_entry(self):
        request = self.build_request()
        for phase in ("dispatch", "new", "dispatch"):
            request.stage_id = self.stages[phase]
        self.assertEqual(len(self._rows(request, phase="dispatch")), 2)

    def test_other_teams_are_not_logged(self):
        team = self.env["crm.team"].create({"name": "Sales only"})
        lead = self.env["crm.lead"].create({"name": "Plain", "team_id": team.id})
        lead.stage_id = self.env["crm.stage"].create({"name": "Plain stage"})
        self.env.cr.flush()
        self.assertFalse(self._rows(lead, field_name="stage_id"))

    def test_a_lead_that_becomes_a_request_enters_its_phase(self):
        """The stage follows from the team: a computed value, logged before commit."""
        team = self.env["crm.team"].create({"name": "Sales only"})
        self.env["crm.stage"].create(
            {"name": "Sales stage", "team_ids": [Command.link(team.id)], "sequence": 0}
        )
        lead = self.env["crm.lead"].create({"name": "Plain", "team_id": team.id})
        self.env.cr.flush()
        lead.team_id = self.team
        self.env.cr.flush()
        self.assertTrue(lead.is_service)
        rows = self._rows(lead, field_name="stage_id")
        self.assertEqual(rows.mapped("value"), [str(lead.stage_id.id)])
        self.assertEqual(rows.phase, lead.service_phase)

    def test_what_is_written_is_not_logged_again_when_flushed(self):
        request = self._build_new()
        self.env.cr.flush()
        request.stage_id = self.stages["agreed"]
        self.env.cr.flush()
        request.stage_id = self.stages["execution"]
        request.flush_recordset()
        request.stage_id = self.stages["closing"]
        self.env.cr.flush()
        self.assertEqual(
            self._rows(request, field_name="stage_id").mapped("phase"),
            ["new", "agreed", "execution", "closing"],
        )

    def test_states_of_a_work_order(self):
        order = self.build_work_order()
        rows = self._rows(order, field_name="state")
        self.assertEqual(rows.mapped("value"), ["draft"])
        self.assertEqual(rows.name, "Draft")
        self.assertEqual(rows.company_id, order.company_id)

    def test_an_emptied_field_is_left_not_entered(self):
        log = self.env["service.phase.log"]
        partner = self.build_partner(user_id=self.env.uid)
        before = {partner.id: log._get_value_key(partner, "user_id")}
        partner.user_id = False
        row = log._log_entries(partner, "user_id", before)
        self.assertFalse(row.value)
        self.assertEqual(row.previous_value, str(self.env.uid))
        self.assertFalse(log._log_entries(partner, "user_id"))

    def test_queries_do_not_grow_with_the_batch(self):
        requests = self.env["crm.lead"].create(
            [{"name": f"Request {n}", "team_id": self.team.id} for n in range(60)]
        )
        few, many = requests[:10], requests[10:]
        log = self.env["service.phase.log"]

        def cost(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            log._log_entries(records, "stage_id", {})
            return self.env.cr.sql_log_count - before

        cost(requests[:1])
        self.assertEqual(cost(few), cost(many))

    def test_only_administrators_read_the_log(self):
        request = self.build_request()
        row = self._rows(request)[:1]
        for role in ("operator", "manager", "dispatcher", "performer"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                row.with_user(self.users[role]).read(["name"])
        as_admin = row.with_user(self.user_admin)
        self.assertEqual(as_admin.res_name, request.display_name)
        self.assertEqual(as_admin.action_open_document()["res_id"], request.id)
        with self.assertRaises(AccessError):
            as_admin.write({"name": "Something else"})
        with self.assertRaises(AccessError):
            as_admin.unlink()

    def test_the_log_of_another_company_is_not_seen(self):
        company = self.env["res.company"].create({"name": "Вторая компания"})
        team = self.env["crm.team"].create(
            {"name": "Other", "is_service": True, "company_id": company.id}
        )
        request = self.build_request(team_id=team.id, company_id=company.id)
        request.stage_id = self.stages["dispatch"]
        row = self._rows(request, phase="dispatch")
        self.assertEqual(row.company_id, company)
        log = self.env["service.phase.log"].with_user(self.user_admin)
        self.assertFalse(log.search([("id", "=", row.id)]))

    def test_who_may_not_read_the_document_still_enters(self):
        """An accountant or a customer causes entries without a right on requests."""
        user = new_test_user(self.env, "log_stranger", groups="base.group_user")
        request = self.build_request()
        self.env.flush_all()
        self.env.invalidate_all()
        log = self.env["service.phase.log"].with_user(user)
        row = log._log_entries(request.with_user(user), "stage_id", {})
        self.assertEqual(row.user_id, user)
