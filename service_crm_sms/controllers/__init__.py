from . import gateway_callback, message_pages, request_page
