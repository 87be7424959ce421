from . import (
    bpm_robot,
    bpm_robot_dry,
    bpm_robot_hook,
    bpm_robot_index,
    bpm_robot_kinds,
    bpm_robot_log,
    bpm_robot_log_due,
    bpm_robot_run,
    bpm_robot_value,
    crm_lead,
    service_phase_log,
    service_phase_mixin,
)
