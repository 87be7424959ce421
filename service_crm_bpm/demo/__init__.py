from . import process_demo
