from . import bpm_replay_line, bpm_replay_wizard, bpm_robot_test, bpm_step
from . import bpm_robot_test, bpm_step
from . import (
    bpm_start,
)
