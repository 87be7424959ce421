from . import (
    test_channels,
    test_consent,
    test_delivery,
    test_inbound_sms,
    test_gateway_callback,
    test_gateway_send,
    test_notifications,
    test_race,
    test_rights,
    test_rules,
    test_segments,
    test_texts,
)
