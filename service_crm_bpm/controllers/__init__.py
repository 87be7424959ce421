from . import approval_portal
from . import bpm_webhook
