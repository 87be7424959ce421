from . import controllers, demo, models, wizards
from .hooks import uninstall_hook as uninstall_hook
