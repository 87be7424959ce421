from . import test_phase_log
from . import test_phase_race
from . import test_batch
from . import test_default_mails
