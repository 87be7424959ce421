from .common import RobotCommon
from .common_kinds import SHOWN

OWN = "odoo.addons.service_crm_bpm"


class TestRobotShown(RobotCommon):
    def is_ours(self, kind):
        """Whether a kind is one of this addon, not of one that extends it."""
        names = f"_run_{kind}", f"_prepare_{kind}_values"
        methods = [getattr(type(self.robots), name, None) for name in names]
        return any(m.__module__.startswith(OWN) for m in methods if m)

    def test_each_kind_has_a_test_of_its_effect_and_of_its_failure(self):
        kinds = [*filter(self.is_ours, self.robots._get_robot_kinds())]
        self.assertGreaterEqual(len(kinds), 20)
        missing = {
            kind: lacking
            for kind in kinds
            if (lacking := {"effect", "failure"} - SHOWN[kind])
        }
        self.assertFalse(missing, "mark the tests with @shows(kind, …)")

    def test_nothing_is_shown_of_what_does_not_exist(self):
        there = {*self.robots._get_robot_kinds(), "sms"}
        self.assertLessEqual({kind for kind, what in SHOWN.items() if what}, there)
