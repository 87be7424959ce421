from . import test_phase_log
