from . import bpm_robot_test, bpm_step
