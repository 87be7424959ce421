from . import sale_portal
from . import web_form
