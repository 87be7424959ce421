"""Rights and screens of every role, with the fields that other addons add to them."""

from odoo.addons.service_crm.tests.test_rights import TestRights  # noqa: F401
from odoo.addons.service_crm.tests.test_rights_screens import (  # noqa: F401
    TestRightsScreens,
)
