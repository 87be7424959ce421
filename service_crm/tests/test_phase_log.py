from .common import ServiceCommon


class TestPhaseLog(ServiceCommon):
    def test_entering_a_phase_is_logged_once(self):
        requests = self.build_request() + self.build_request()
        log = self.env["service.phase.log"]
        domain = [("res_model", "=", "crm.lead"), ("res_id", "in", requests.ids)]
        self.assertEqual(log.search(domain).mapped("phase"), ["new", "new"])
        requests.write({"stage_id": self.stages["dispatch"].id})
        requests.write({"stage_id": self.stages["dispatch"].id})
        self.assertEqual(log.search_count(domain + [("phase", "=", "dispatch")]), 2)

    def test_other_teams_are_not_logged(self):
        team = self.env["crm.team"].create({"name": "Sales only"})
        lead = self.env["crm.lead"].create({"name": "Plain", "team_id": team.id})
        self.assertFalse(
            self.env["service.phase.log"].search([("res_id", "=", lead.id)])
        )
