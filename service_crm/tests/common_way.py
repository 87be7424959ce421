"""The main way of a service request, step by step, by the roles that take the steps."""

from datetime import timedelta

from odoo import Command, fields

from .common_money import MoneyCommon


class MainWayCommon(MoneyCommon):
    """The performer works around the clock: whenever the tests run, he has time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.performer.calendar_id = cls.build_calendar()
        cls.tomorrow = fields.Datetime.now().replace(
            hour=10, minute=0, second=0, microsecond=0
        ) + timedelta(days=1)

    @classmethod
    def build_calendar(cls):
        """Working hours around the clock."""
        return cls.env["resource.calendar"].create(
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

    def as_role(self, record, role):
        """A record in the hands of the user of the role."""
        return record.with_user(self.users[role])

    def price(self, request, *lines):
        """The dispatcher chooses services and asks for the approvals.

        :param lines: values of what is asked for besides the inspection
        """
        priced = self.as_role(request, "dispatcher")
        chosen = [{"product_id": self.inspection.id}, *lines]
        priced.write({"request_line_ids": [Command.create(line) for line in chosen]})
        priced.action_ask_approvals()

    def agree_customer(self, order):
        """The customer agrees by phone."""
        approvals = order.service_approval_ids.grouped("role")
        self.as_role(approvals["customer"], "operator").action_approve(
            spoken_with="Анна Петрова", method="phone"
        )

    def agree_manager(self, order):
        """The manager agrees in the system."""
        approvals = order.service_approval_ids.grouped("role")
        self.as_role(approvals["manager"], "manager").action_approve()

    def plan(self, request):
        """A visit tomorrow, given to the performer.

        :return: the visit
        """
        self.as_role(request, "dispatcher").action_create_work_order()
        visit = request.work_order_ids.sorted("id")[-1:]
        planned = self.as_role(visit, "dispatcher")
        planned.write({"performer_id": self.performer.id, "date_start": self.tomorrow})
        planned.action_assign()
        return visit

    def perform(self, visit):
        """The performer comes, does the job and hands in."""
        self.as_role(visit, "performer").action_on_the_way()
        self.do_job(visit)

    def do_job(self, visit):
        """The performer, who is there, does the job and hands in."""
        own = self.as_role(visit, "performer")
        own.action_start()
        for line in own.line_ids:
            line.quantity_done = line.quantity_planned
        own.report = "Ролики заменены, дверь отрегулирована"
        own.action_done()
