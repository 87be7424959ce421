from . import gateway_callback, message_pages, odoo_status, request_page
