from . import (
    bpm_robot,
    bpm_robot_value,
    bpm_robot_kinds,
    bpm_robot_index,
    bpm_robot_run,
    bpm_robot_hook,
    bpm_robot_log,
    bpm_robot_due,
    bpm_robot_dry,
    service_phase_log,
    service_phase_mixin,
    crm_lead,
)
