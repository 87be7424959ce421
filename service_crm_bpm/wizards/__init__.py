from . import (
    bpm_replay_line,
    bpm_replay_wizard,
    bpm_robot_test,
    bpm_start,
    bpm_step,
    bpm_variable_change,
    bpm_variable_change_line,
)
