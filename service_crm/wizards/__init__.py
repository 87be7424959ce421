from . import service_work_order_step
from . import service_approval_wizard
from . import service_inbound_decision
from . import service_request_reopen
from . import sale_order_refine
from . import service_contract_terminate
from . import service_document_sign
from . import service_document_cancel
