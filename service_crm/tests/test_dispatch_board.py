from .common_board import BoardCommon, at, ms


class TestDispatchBoard(BoardCommon):
    def test_planned_and_loose_orders(self):
        visit = self.plan()
        loose = self.build_work_order(priority="1")
        result = self.load()
        self.assertEqual([o["id"] for o in result["orders"]], visit.ids)
        self.assertIn(loose.id, [o["id"] for o in result["unplanned"]])
        self.assertEqual(self.row(result, self.performer)["load"][:2], [11, 0])


class TestDispatchMove(BoardCommon):
    def test_there_and_back(self):
        visit = self.plan()
        result = self.board.action_move([self.move(visit, 11, 1, self.second)])
        self.assertEqual(visit.performer_id, self.second)
        self.assertEqual(visit.date_start, at(11, 1))
        back = self.board.action_move(result["undo"])
        self.assertEqual(back["orders"][0]["start"], ms(9))
        self.assertEqual(visit.performer_id, self.performer)
