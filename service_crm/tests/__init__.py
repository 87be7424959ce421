from . import test_phase_log
from . import test_phase_race
from . import test_batch
from . import test_default_mails
from . import test_catalogue
from . import test_request_price
from . import test_quotation
from . import test_approval
