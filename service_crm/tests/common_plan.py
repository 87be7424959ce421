"""Plans of a day: who works, what waits, and the planner run as the scheduler does."""

from odoo.fields import Command

from .common_board import MONDAY, BoardCommon

MOSCOW = {"partner_latitude": 55.751, "partner_longitude": 37.618}
NORTH = {"partner_latitude": 55.831, "partner_longitude": 37.618}
SOUTH = {"partner_latitude": 55.671, "partner_longitude": 37.618}


class PlanVisitsCommon(BoardCommon):
    """Two performers from eight to five, customers in the north and the south."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.write(MOSCOW)
        cls.north = cls.build_partner(name="Северная", **NORTH)
        cls.south = cls.build_partner(name="Южная", **SOUTH)
        # Other jobs of the database are no business of these tests.
        cls.env["service.work.order"].search([]).active = False
        cls.plans = cls.env["service.plan"].with_user(cls.user_dispatcher)

    @classmethod
    def build_job(cls, place=None, hours=1, **values):
        """A job nobody goes to yet."""
        return cls.build_work_order(
            partner_id=(place or cls.north).id,
            team_id=cls.team.id,
            planned_hours=hours,
            **values,
        )

    @classmethod
    def build_skilled_job(cls, level=1, **values):
        """A job that takes a skill; the skill and the job."""
        skill = cls.env["service.skill"].create({"name": "Лифты"})
        product = cls.build_product(
            service_skill_ids=[Command.set(skill.ids)], service_skill_level=level
        )
        line = {"product_id": product.id, "name": "Лифт", "quantity_planned": 1}
        return skill, cls.build_job(line_ids=[Command.create(line)], **values)

    @classmethod
    def build_crew(cls, people):
        """These people as one, with the hours of their calendar."""
        return cls.env["resource.resource"].create(
            {
                "name": "Бригада",
                "resource_type": "material",
                "is_performer": True,
                "tz": "UTC",
                "calendar_id": cls.calendar.id,
                "crew_member_ids": [Command.set(people.ids)],
            }
        )

    @classmethod
    def build_plan(cls, days=1, **values):
        values.setdefault("performer_ids", (cls.performer + cls.second).ids)
        values["performer_ids"] = [Command.set(values["performer_ids"])]
        return cls.plans.create(
            {
                "date_start": MONDAY.date(),
                "date_end": MONDAY.replace(day=MONDAY.day + days - 1).date(),
                "team_id": cls.team.id,
                "seconds": 1,
                **values,
            }
        )

    def make(self, plan):
        """Plan, as the scheduler does it."""
        plan.action_run()
        self.run_cron()
        return plan

    def run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("service_crm.ir_cron_service_plan").method_direct_trigger()
        self.env.invalidate_all()

    def line(self, plan, order):
        return plan.line_ids.filtered(lambda line: line.order_id == order)

    def assertProposed(self, plan):
        self.assertEqual((plan.state, plan.note), ("proposed", False))
