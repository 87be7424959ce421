from . import service_work_order_step
