"""By which channels a message goes to a person. Plain Python, no database."""

MAIL = "mail"
SMS = "sms"

# The second one follows after a while, if the first one was not read or delivered.
ESCALATIONS = {"mail_then_sms": (MAIL, SMS), "sms_then_mail": (SMS, MAIL)}


def choose_channels(wanted, preference, templates, reachable):
    """Channels of one message.

    :param wanted: ``mail``, ``sms``, ``both``, ``sms_first`` (SMS, else mail),
        ``preferred`` (as the person likes it) or a key of :data:`ESCALATIONS`
    :param preference: ``mail``, ``sms``, ``both`` or nothing, as kept on the contact
    :param templates: channels for which the rule has a text
    :param reachable: channels for which the person has an address
    :return: list of channels; one that cannot be reached is in it when nothing else
        is, so that the log shows whom nobody told
    """
    if wanted in ESCALATIONS:
        steps = [channel for channel in ESCALATIONS[wanted] if channel in templates]
        return [channel for channel in steps if channel in reachable] or steps[:1]
    if wanted == "preferred":
        wanted = preference or (MAIL if MAIL in reachable else SMS)
        first = _order(wanted)
    elif wanted == "sms_first":
        first = [SMS, MAIL]
    else:
        return [channel for channel in _order(wanted) if channel in templates]
    possible = [channel for channel in first if channel in templates]
    if wanted == "both":
        return possible
    if not possible:
        # The liked channel has no text: better another one than silence.
        possible = [channel for channel in (MAIL, SMS) if channel in templates]
    usable = [channel for channel in possible if channel in reachable]
    if not usable:
        usable = [c for c in (MAIL, SMS) if c in templates and c in reachable]
    return (usable or possible)[:1]


def _order(wanted):
    return [MAIL, SMS] if wanted == "both" else [wanted]
