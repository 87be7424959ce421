from . import bpm_robot
from . import crm_lead
from . import crm_team
from . import service_inbound
from . import service_notification_rule
from . import service_phase_log
from . import service_phase_mixin
