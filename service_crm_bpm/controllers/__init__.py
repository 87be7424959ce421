from . import approval_portal
from . import bpm_export
from . import bpm_webhook
