from . import gateway_callback
