from . import approval_portal
