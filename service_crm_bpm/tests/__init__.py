from . import test_robot_kinds
from . import test_robot_entry
from . import test_robot_delay
from . import test_robot_rights
from . import test_robot_hook
from . import test_robot_definition
from . import test_robot_journal
