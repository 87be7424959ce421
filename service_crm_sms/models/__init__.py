from . import (
    mail_mail,
    mail_thread,
    res_partner,
    service_notification,
    service_notification_queue,
    service_notification_rule,
    service_phase_log,
    service_phase_mixin,
    service_work_order,
    sms_sms,
    sms_tracker,
)
