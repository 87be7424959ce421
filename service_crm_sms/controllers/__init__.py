from . import gateway_callback, message_pages, request_page
from . import gateway_callback, message_pages, odoo_status
