from . import (
    test_engine_flow,
    test_rights,
    test_rights_time,
    test_robot_definition,
    test_robot_delay,
    test_robot_entry,
    test_robot_history,
    test_robot_hook,
    test_robot_journal,
    test_robot_kinds,
    test_robot_rights,
    test_timer,
)
