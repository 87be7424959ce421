from . import contract_portal
from . import document_portal
from . import my_day
from . import request_portal
from . import request_portal_visit
from . import sale_portal
from . import web_form
