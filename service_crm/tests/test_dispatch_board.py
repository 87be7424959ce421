import json

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from ..models.service_dispatch_board_orders import COLUMNS
from ..tools import board
from .common_board import BoardCommon, at, ms


class TestDispatchBoard(BoardCommon):
    """What the board shows."""

    def find(self, result, visit, part="orders"):
        return next((o for o in result[part] if o["id"] == visit.id), None)

    def test_answer_is_as_the_browser_reads_it(self):
        visit = self.plan(instruction="Скрипит дверь")
        result = json.loads(json.dumps(self.load()))
        self.assertEqual(
            set(result),
            {"zone", "now", "may_plan", "groups", "rows", "orders", "unplanned"}
            | {"unplanned_total", "shown_total"},
        )
        self.assertEqual((result["zone"], result["now"]), ("UTC", ms(6)))
        self.assertTrue(result["may_plan"])
        order = self.find(result, visit)
        self.assertEqual(
            {key: order[key] for key in ("performer", "booked", "start", "end")},
            {
                "performer": self.performer.id,
                "booked": self.performer.ids,
                "start": ms(9),
                "end": ms(10),
            },
        )
        self.assertEqual(order["services"], "Скрипит дверь")
        self.assertEqual((order["risk"], order["dim"]), ("none", False))
        self.assertEqual(order["version"], visit.plan_version)
        self.assertEqual(len(COLUMNS), len(self.board._get_order_columns()))

    def test_idle_performers_have_rows_and_leavers_only_with_visits(self):
        gone = self.build_performer(name="Ушёл", active=False)
        result = self.load()
        ids = [row["id"] for row in result["rows"]]
        self.assertIn(self.second.id, ids)
        self.assertNotIn(gone.id, ids)
        gone.active = True
        self.plan(performer=gone)
        gone.active = False
        self.assertTrue(self.row(self.load(), gone))

    def test_hours_leaves_and_load(self):
        self.plan(9, hours=3)
        self.plan(13, hours=2, state="cancelled")
        self.plan(9, day=5, hours=1, override_reason="Срочно")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Отпуск",
                "resource_id": self.performer.id,
                "date_from": at(12, 1),
                "date_to": at(23, 1),
            }
        )
        row = self.row(self.load(), self.performer)
        self.assertEqual(row["work"], [[ms(8, d), ms(17, d)] for d in range(5)])
        self.assertEqual(row["leaves"], [[ms(12, 1), ms(23, 1), "Отпуск"]])
        # three of nine hours; a visit on a day off fills the day
        self.assertEqual(row["load"], [33, 0, 0, 0, 0, 100, 0])
        row = self.row(self.load(user=self.user_operator), self.performer)
        self.assertEqual(row["leaves"][0][2], "Absent")

    def test_load_of_who_takes_several_jobs_at_once(self):
        self.performer.service_capacity = 2
        self.plan(8, hours=9)
        self.plan(8, hours=9)
        self.assertEqual(self.row(self.load(), self.performer)["load"][0], 100)

    def test_somebody_without_hours_works_always(self):
        self.second.calendar_id = False
        row = self.row(self.load(), self.second)
        self.assertEqual(row["work"], [[ms(0), ms(0, 7)]])

    def test_search_dims_orders_and_keeps_rows(self):
        urgent = self.plan(9, priority="1")
        normal = self.plan(11)
        result = self.load([("priority", "=", "1")])
        self.assertFalse(self.find(result, urgent)["dim"])
        self.assertTrue(self.find(result, normal)["dim"])
        self.assertTrue(self.row(result, self.second))
        self.assertEqual(result["shown_total"], 1)
        # what is dimmed takes time all the same
        self.assertEqual(self.row(result, self.performer)["load"][0], 22)

    def test_who_searches_performers_gets_these(self):
        self.plan()
        for domain in (
            [("performer_id", "=", self.second.id)],
            [("performer_id", "ilike", "олег")],
            [("performer_id.name", "ilike", "ОЛЕГ")],
            [("performer_id", "any", [("name", "=", "Олег")])],
            ["!", ("performer_id", "not in", self.second.ids)],
        ):
            with self.subTest(domain=domain):
                result = self.load(domain)
                self.assertEqual([r["id"] for r in result["rows"]], self.second.ids)
                self.assertFalse(result["orders"])
        for domain in (
            [("performer_id", "=", False)],
            ["|", ("performer_id", "ilike", "олег"), ("priority", "=", "1")],
            ["!", ("priority", "=", "1")],
        ):
            with self.subTest(domain=domain):
                rows = [row["id"] for row in self.load(domain)["rows"]]
                self.assertIn(self.performer.id, rows)

    def test_unplanned_by_risk(self):
        def loose(day=None, **values):
            request = self.build_request(
                type="opportunity",
                partner_id=self.customer.id,
                wished_end=at(12, day) if day is not None else False,
            )
            return self.build_work_order(request_id=request.id, **values)

        none, urgent = loose(), loose(priority="1")
        soon, late, later = loose(0), loose(-1), loose(3)
        half = self.build_work_order(date_start=at(9, 1))
        result = self.load()
        mine = none + urgent + soon + late + later + half
        found = [o for o in result["unplanned"] if o["id"] in mine.ids]
        self.assertEqual(
            [o["id"] for o in found],
            (late + soon + urgent + later + none + half).ids,
        )
        self.assertEqual([o["risk"] for o in found[:3]], ["late", "soon", "none"])
        self.assertEqual(found[0]["due"], ms(12, -1))
        self.assertEqual(found[-1]["start"], ms(9, 1))
        self.assertGreaterEqual(result["unplanned_total"], len(mine))
        only = self.load([("id", "in", late.ids)])
        self.assertEqual(only["unplanned_total"], 1)

    def test_a_window_agreed_on_stands_for_the_deadline(self):
        visit = self.plan(9, window_start=at(9), window_end=at(9, minute=30))
        order = self.find(self.load(), visit)
        self.assertEqual(order["window"], [ms(9), ms(9, minute=30)])
        self.assertEqual((order["due"], order["risk"]), (ms(9, minute=30), "soon"))

    def test_groups(self):
        team = self.team
        area = self.env["service.area"].create({"name": "Север"})
        skill = self.env["service.skill"].create({"name": "Лифты"})
        old = self.env["service.skill"].create({"name": "Газ"})
        self.performer.write(
            {
                "service_team_ids": [Command.link(team.id)],
                "service_area_ids": [Command.link(area.id)],
                "service_skill_ids": [
                    Command.create({"skill_id": skill.id, "level": 3}),
                    Command.create({"skill_id": old.id, "date_expiry": at(0, -1)}),
                ],
            }
        )
        crew = self.build_performer(
            name="Бригада", crew_member_ids=[Command.set(self.second.ids)]
        )
        for group_by, group, members in (
            ("team", team, self.performer),
            ("area", area, self.performer),
            ("skill", skill, self.performer),
            ("crew", crew, crew + self.second),
        ):
            with self.subTest(group_by=group_by):
                result = self.load(group_by=group_by)
                names = {g["id"]: g["name"] for g in result["groups"]}
                self.assertEqual(names[group.id], group.name)
                self.assertEqual(result["groups"][-1]["id"], 0)
                inside = [
                    row["id"] for row in result["rows"] if group.id in row["groups"]
                ]
                self.assertEqual(set(inside), set(members.ids))
        row = self.row(result, self.performer)
        self.assertEqual((row["skills"], row["areas"]), ("Лифты 3", "Север"))
        row = self.row(result, crew)
        self.assertTrue(row["is_crew"])
        self.assertEqual(row["members"], self.second.ids)
        self.assertEqual(self.load()["groups"], [])

    def test_way_from_visit_to_visit(self):
        office = self.env.company.partner_id
        office.write({"partner_latitude": 55.75, "partner_longitude": 37.6})
        near = self.build_partner(
            "Near", partner_latitude=55.76, partner_longitude=37.6
        )
        far = self.build_partner("Far", partner_latitude=55.85, partner_longitude=37.6)
        unknown = self.build_partner("Unknown")
        first = self.plan(9, site_id=near.id)
        second = self.plan(11, site_id=far.id)
        third = self.plan(13, site_id=unknown.id)
        result = self.load()
        ways = [self.find(result, visit)["travel"] for visit in first + second + third]
        self.assertTrue(0 < ways[0][1] < ways[1][1])
        self.assertEqual(ways[2], [0, 0])
        # read alone, the visit knows the way from the one before
        [order] = self.board.action_read(second.ids)
        self.assertEqual(order["travel"], ways[1])

    def test_what_took_place_is_shown_when_it_did(self):
        visit = self.plan(9, hours=4)
        visit.write(
            {"state": "done", "actual_start": at(10), "actual_end": at(11, minute=30)}
        )
        order = self.find(self.load(), visit)
        self.assertEqual((order["start"], order["end"]), (ms(10), ms(11, minute=30)))
        self.assertFalse(order["movable"])
        late = self.plan(14, performer=self.second)
        late.write({"state": "done", "actual_start": at(9, 8), "actual_end": at(10, 8)})
        self.assertFalse(self.find(self.load(), late))
        self.assertTrue(self.find(self.load(start=ms(0, 7)), late))

    def test_read_leaves_out_what_is_gone(self):
        visit, cancelled, gone = self.plan(9), self.plan(11), self.plan(13)
        ids = (visit + cancelled + gone).ids
        cancelled.action_cancel("Не нужно")
        gone.unlink()
        self.assertEqual([o["id"] for o in self.board.action_read(ids)], visit.ids)
        [order] = self.board.action_read(visit.ids, [["priority", "=", "1"]])
        self.assertTrue(order["dim"])

    def test_days_are_the_readers_and_clocks_may_change(self):
        """In Berlin 31 March 2030 has 23 hours; in Auckland it is another day."""
        self.user_dispatcher.tz = "Europe/Berlin"
        self.performer.calendar_id = False
        start = board.to_milliseconds(at(0, 82).replace(hour=23))  # 31 March, 0:00
        self.assertEqual(
            [end - begin for begin, end in board.get_days(
                start, start + 2 * board.DAY, "Europe/Berlin"
            )],
            [23 * board.HOUR, 24 * board.HOUR, 24 * board.HOUR],
        )  # fmt: skip
        self.build_work_order(
            performer_id=self.performer.id,
            date_start=at(0, 82).replace(hour=23),
            date_end=at(11, 83).replace(minute=30),  # noon less half an hour
        )
        result = self.load(start=start, days=1)
        self.assertEqual(result["zone"], "Europe/Berlin")
        self.assertEqual(self.row(result, self.performer)["load"][0], 54)
        visit = self.plan(13)  # two o'clock on Tuesday in Auckland
        start = board.to_milliseconds(at(11))
        result = self.board.with_context(tz="Pacific/Auckland").action_load(
            [], start, start + board.DAY
        )
        self.assertTrue(self.find(result, visit))
        self.assertEqual(len(self.row(result, self.performer)["load"]), 1)

    def test_orders_of_another_company_stay_there(self):
        other = self.env["res.company"].create({"name": "Другая"})
        self.user_dispatcher.company_ids += other
        visit = self.plan()
        foreign = self.build_work_order(
            company_id=other.id, partner_id=self.build_partner("Чужой").id
        )
        theirs = self.build_performer(name="Чужой", company_id=other.id)
        one = self.board.with_context(allowed_company_ids=self.env.company.ids)
        result = one.action_load([], ms(0), ms(0, 7))
        self.assertTrue(self.find(result, visit))
        self.assertFalse(self.find(result, foreign, "unplanned"))
        self.assertNotIn(theirs.id, [row["id"] for row in result["rows"]])
        self.assertFalse(one.action_read(foreign.ids))
        result = self.load()  # both companies are chosen
        self.assertTrue(self.find(result, foreign, "unplanned"))
        self.assertTrue(self.row(result, theirs))

    def test_who_may_look(self):
        self.plan()
        for user in (self.user_operator, self.user_manager):
            result = self.load(user=user)
            self.assertFalse(result["may_plan"])
            self.assertFalse(result["orders"][0]["movable"])
        strangers = [self.user_performer, new_test_user(self.env, "clerk")]
        strangers.append(new_test_user(self.env, "visitor", groups="base.group_portal"))
        for user in strangers:
            with self.assertRaises(AccessError):
                self.load(user=user)
            with self.assertRaises(AccessError):
                self.board.with_user(user).action_read([1])

    def test_a_period_has_an_end(self):
        for days in (0, -1, 400):
            with self.assertRaises(UserError):
                self.load(days=days)


class TestDispatchBoardQueries(BoardCommon):
    def count(self, function):
        function()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow(self):
        """Neither with performers and visits nor with what was done years ago."""
        loose = self.build_work_order()
        people = self.env["resource.resource"].create(
            [
                {"name": f"Мастер {n}", "is_performer": True, "tz": "Asia/Tokyo"}
                for n in range(30)
            ]
        )
        visits = self.plan(performer=people[0], override_reason="Тест")
        for group_by in ("", "team", "crew", "area", "skill"):
            self.assertLessEqual(
                self.count(lambda g=group_by: self.load(group_by=g)), 12
            )
        few = self.count_all(loose, visits)
        for person in people[1:]:
            visits += self.plan(performer=person, override_reason="Тест")
            self.plan(day=-400, performer=person, override_reason="Тест")
        self.assertEqual(self.count_all(loose, visits), few)

    def count_all(self, loose, visits):
        """Queries of the board, of where an order may land, and of a check of all."""
        moves = [self.move(visit, 12, who=visit.performer_id) for visit in visits]
        return [
            self.count(self.load),
            self.count(lambda: self.land(loose)),
            self.count(lambda: self.board.action_check(moves)),
        ]

    def land(self, order):
        return self.board.action_landing(order.id, order.plan_version, ms(0), ms(0, 7))

    def test_a_batch_of_moves_costs_little_per_order(self):
        def moves(visits, hour):
            return [self.move(v, hour, who=v.performer_id) for v in visits]

        people = self.env["resource.resource"].create(
            [
                {
                    "name": f"Мастер {n}",
                    "is_performer": True,
                    "tz": "UTC",
                    "calendar_id": self.calendar.id,
                }
                for n in range(20)
            ]
        )
        visits = self.env["service.work.order"]
        for person in people:
            visits += self.plan(performer=person)
        visits.action_assign()

        def run(batch, hour):
            self.env.flush_all()
            self.env.invalidate_all()
            todo = moves(batch, hour)
            before = self.env.cr.sql_log_count
            answer = self.board.action_move(todo)
            self.env.cr.flush()
            self.assertEqual(len(answer["orders"]), len(batch), answer)
            return self.env.cr.sql_log_count - before

        run(visits[:2], 11)
        two = run(visits[:2], 12)
        # a note, a message of what changed and its values, per order; with the other
        # addons somebody is told of some
        self.assertLessEqual(run(visits, 13) - two, 4 * len(visits))
