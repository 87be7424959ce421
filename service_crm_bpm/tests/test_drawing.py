from odoo.tests import Form

from .common_process import ProcessCommon


class TestDrawing(ProcessCommon):
    """What the drawing of a process shows: saved, in a form, of a run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = cls.build_process(
            stages={"call": "work", "known": "decision", "visit": "work"},
            ways=[
                ("start", "call"),
                ("call", "known", "Дозвонились"),
                (
                    "known",
                    "visit",
                    {"name": "Да", "condition": "expected_revenue >= 0"},
                ),
                ("known", "end", {"name": "Нет", "is_default": True}),
                ("visit", "end", "Готово"),
            ],
        )

    def get_names(self, drawing):
        return [stage["name"] for stage in drawing["stages"]]

    def get_ways(self, process, drawing=None):
        """``{(from, to)}`` by names."""
        drawing = drawing or process.drawing
        names = {stage["id"]: stage["name"] for stage in drawing["stages"]}
        return {(names[w["source"]], names[w["target"]]) for w in drawing["ways"]}

    def open_form(self):
        return Form(self.process.with_user(self.user_admin))

    def test_everything_is_drawn_and_has_its_place(self):
        drawing = self.process.drawing
        self.assertEqual(
            self.get_names(drawing), ["Start", "Call", "Known", "Visit", "End"]
        )
        self.assertEqual(len(drawing["ways"]), 5)
        for layout in drawing["layouts"].values():
            self.assertEqual(set(layout["boxes"]), {s["id"] for s in drawing["stages"]})
            self.assertEqual(set(layout["arrows"]), {w["id"] for w in drawing["ways"]})
        shapes = {stage["name"]: stage["shape"] for stage in drawing["stages"]}
        self.assertEqual(
            [shapes["Start"], shapes["Call"], shapes["Known"]],
            ["circle", "box", "diamond"],
        )

    def test_stages_stand_in_the_lanes_of_their_roles(self):
        lanes = self.env["bpm.lane"].create(
            [
                {"process_id": self.process.id, "name": name, "sequence": number}
                for number, name in enumerate(["Оператор", "Исполнитель"])
            ]
        )
        self.get_stage(self.process, "call").lane_id = lanes[0]
        self.get_stage(self.process, "visit").lane_id = lanes[1]
        drawing = self.process.drawing
        self.assertEqual(
            [lane["name"] for lane in drawing["lanes"]], ["Оператор", "Исполнитель"]
        )
        layout = drawing["layouts"]["right"]
        for key, number in (("call", 0), ("visit", 1)):
            _x, top, _width, height = layout["lanes"][number]
            row = layout["boxes"][str(self.get_stage(self.process, key).id)][1]
            self.assertTrue(top < row < top + height)
        self.assertFalse(drawing["layouts"]["narrow"]["lanes"])

    def test_form_is_drawn_before_it_is_saved(self):
        form = self.open_form()
        with form.stage_ids.edit(1) as stage:
            stage.name = "Позвонить"
        self.assertIn("Позвонить", self.get_names(form.drawing))
        with form.stage_ids.new() as stage:
            stage.name = "Оценка"
        self.assertIn("Оценка", self.get_names(form.drawing))
        with form.lane_ids.new() as lane:
            lane.name = "Диспетчер"
        self.assertEqual(form.drawing["lanes"][0]["name"], "Диспетчер")
        self.assertEqual(self.get_names(self.process.drawing)[1], "Call")

    def test_unsaved_ways_of_the_list_are_drawn(self):
        form = self.open_form()
        with form.transition_ids.new() as way:
            way.source_id = self.get_stage(self.process, "visit")
            way.target_id = self.get_stage(self.process, "call")
        self.assertIn(("Visit", "Call"), self.get_ways(self.process, form.drawing))
        at = [way.id for way in self.process.transition_ids].index(
            self.get_way(self.process, "start", "call").id
        )
        form.transition_ids.remove(at)
        self.assertNotIn(("Start", "Call"), self.get_ways(self.process, form.drawing))
        self.assertIn(("Start", "Call"), self.get_ways(self.process))

    def test_unsaved_ways_out_of_a_stage_are_drawn(self):
        form = self.open_form()
        with form.stage_ids.edit(3) as stage, stage.outgoing_ids.new() as way:
            way.target_id = self.get_stage(self.process, "call")
        self.assertIn(("Visit", "Call"), self.get_ways(self.process, form.drawing))
        with form.stage_ids.edit(3) as stage:
            stage.outgoing_ids.remove(0)
        ways = self.get_ways(self.process, form.drawing)
        self.assertNotIn(("Visit", "End"), ways)
        self.assertIn(("Visit", "Call"), ways)
        form.save()
        self.assertEqual(self.get_ways(self.process), ways)

    def test_ways_go_with_their_stage(self):
        form = self.open_form()
        form.stage_ids.remove(3)
        ways = {("Start", "Call"), ("Call", "Known"), ("Known", "End")}
        self.assertEqual(self.get_ways(self.process, form.drawing), ways)
        self.assertEqual(len(form.transition_ids), 3)
        form.save()
        self.assertEqual(self.get_ways(self.process), ways)

    def test_new_process_is_drawn_from_its_first_stage(self):
        form = Form(self.env["bpm.process"].with_user(self.user_admin))
        self.assertEqual(form.drawing["stages"], [])
        form.name = "Новый"
        with form.stage_ids.new() as stage:
            stage.name = "Начало"
            stage.kind = "start"
        self.assertEqual(self.get_names(form.drawing), ["Начало"])

    def test_run_shows_where_it_stands_and_has_been(self):
        runs = self.start(self.publish(self.process), self.build_new(2))
        self.complete(runs[0], "call", "Дозвонились")
        ids = {s: str(self.get_stage(self.process, s).id) for s in ("call", "visit")}
        drawing = runs[0].with_user(self.user_admin).drawing
        self.assertEqual(drawing["places"][ids["visit"]]["state"], "open")
        self.assertTrue(drawing["places"][ids["visit"]]["is_open"])
        self.assertEqual(drawing["places"][ids["call"]]["state"], "done")
        self.assertIn("Result: Дозвонились", drawing["places"][ids["call"]]["texts"])
        self.assertEqual(len(drawing["visited"]), 3)
        waiting = runs[1].with_user(self.user_admin).drawing
        self.assertNotIn(ids["visit"], waiting["places"])
        self.assertTrue(waiting["places"][ids["call"]]["is_open"])

    def test_stage_visited_again_is_told_by_where_it_is_now(self):
        self.env["bpm.transition"].create(
            {
                "process_id": self.process.id,
                "source_id": self.get_stage(self.process, "visit").id,
                "target_id": self.get_stage(self.process, "call").id,
                "name": "Снова",
            }
        )
        run = self.start(self.publish(self.process), self.build_new())
        self.complete(run, "call", "Дозвонились")
        self.complete(run, "visit", "Снова")
        place = run.drawing["places"][str(self.get_stage(self.process, "call").id)]
        self.assertTrue(place["is_open"])

    def test_runs_of_one_process_are_drawn_with_few_queries(self):
        runs = self.start(self.publish(self.process), self.build_new(12))
        runs[:1].mapped("drawing")
        counts = []
        for part in (runs[1:3], runs[3:12]):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            part.mapped("drawing")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
