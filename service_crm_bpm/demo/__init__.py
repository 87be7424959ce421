from . import approval_demo, process_demo
