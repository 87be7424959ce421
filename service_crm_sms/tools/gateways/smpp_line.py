"""Small things every part of an SMPP line needs."""

from .base import NotSent


def import_library():
    """The optional library.

    :raise NotSent: it is not installed
    """
    try:
        import smpplib
        import smpplib.client
        import smpplib.consts
        import smpplib.exceptions
        import smpplib.smpp
    except ImportError as error:
        raise NotSent(
            "The library smpplib is missing: pip install smpplib", "server"
        ) from error
    return smpplib


def read_text(value):
    """A field as text."""
    value = value or b""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return value.rstrip("\x00")


def answer_link(line, pdu):
    """Answer the other side's question whether somebody is there."""
    if pdu.command == "enquire_link":
        line._enquire_link_received(pdu)


def close(line):
    """Hang up, whatever state the line is in."""
    line.state = 1  # open, not bound: else the library complains
    line.disconnect()


def get_words(error):
    """Words of an error, also of those that say nothing."""
    return str(error.args[0] if error.args else "")[:200] or type(error).__name__
