from . import (
    test_channels,
    test_delivery,
    test_notifications,
    test_race,
    test_rights,
    test_rules,
)
