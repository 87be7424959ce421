from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_crew import CrewCommon
from .common_my_day import MyDayCommon


class TestDispatchGuard(CrewCommon):
    """What nobody forges, and what nobody reads by a side door."""

    def test_the_count_of_changes_is_nobodys_to_write(self):
        visit = self.plan()
        seen = visit.plan_version
        for values in ({"plan_version": 1}, {"departed_at": visit.date_start}):
            with self.assertRefused("only by the steps", AccessError):
                visit.write({"date_start": visit.date_end, **values})
        self.assertEqual(visit.plan_version, seen)
        # a form sends the value it was opened with
        self.assertEqual(self.plan(hour=14, plan_version=1).plan_version, 1)

    def test_a_wizard_tells_nothing_of_foreign_visits(self):
        visit = self.plan()
        model = self.env["service.work.order.offer.wizard"]
        values = {"work_order_id": visit.id, "kind": "hand_over"}
        shown = ["when_label", "place_label", "own_performer_id"]
        own = model.with_user(self.user_performer).create(values)
        self.assertTrue(own.read(shown)[0]["when_label"])
        foreign = model.with_user(self.user_helper).create(values)
        for name in shown:
            with self.assertRaises(AccessError), self.cr.savepoint():
                foreign.read([name])

    def test_who_did_not_get_the_job_reads_no_codes_of_doors(self):
        visit = self.plan(
            performer=self.env["resource.resource"], instruction="Code 4711"
        )
        visit.action_offer_to((self.performer | self.helper).ids)
        offers = visit.sudo().offer_ids
        lost = offers.filtered(lambda o: o.performer_id == self.helper)
        lost = lost.with_user(self.user_helper)
        self.assertEqual(lost.instruction, "Code 4711")
        (offers - lost.sudo()).with_user(self.user_performer).action_accept()
        self.assertEqual(lost.state, "lost")
        self.assertFalse(lost.instruction)
        self.assertTrue(lost.place_label)


@tagged("post_install", "-at_install")
class TestPhoneGuard(MyDayCommon):
    """What a phone may send that no phone of ours sends."""

    def test_numbers_no_database_takes(self):
        self.login()
        line = self.visit.line_ids.id
        huge = 10**400
        self.refused(self.visit, "line", line=line, quantity=huge)
        self.refused(self.visit, "material", item=True, name="", quantity=1)
        self.refused(self.visit, "step", step="none", number=huge, ids=[huge])
        many = {f"text{number}": "x" for number in range(1000)}
        answer = self.act(self.visit, "line", line=line, quantity=-1, **many)
        self.assertEqual(answer["state"], "refused")
        action = self.env["service.phone.action"].search([], limit=1)
        self.assertLessEqual(len(action.values), 50)
