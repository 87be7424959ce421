from . import bpm_robot_test
