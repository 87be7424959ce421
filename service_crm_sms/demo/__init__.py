from . import messages_demo
