"""Which mails nobody wrote: automatic replies, bounces, receipts, lists, loops."""

import re

# kind → it is never a request. Worded for people in service.inbound.
AUTOMATIC_KINDS = ("bounce", "auto_reply", "receipt", "list", "loop")

AUTO_SUBJECT = re.compile(
    r"^\s*(?:auto(?:matic)?[ -]?(?:reply|response|antwort)|autoreply|out of (?:the )?"
    r"office|автоответ\w*|автоматический ответ|ответ автоответчика|"
    r"réponse automatique|automatische antwort|abwesenheits\w*)\b",
    re.IGNORECASE,
)
BOUNCE_SENDER = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon)@", re.IGNORECASE)
BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|notification)|returned mail|"
    r"failure notice|mail delivery (?:failed|system)|недоставленн|не доставлен",
    re.IGNORECASE,
)


def classify(mail):
    """The kind of a :class:`~.mail_parse.ParsedMail`: one of ``AUTOMATIC_KINDS`` or
    ``"ordinary"``.
    """
    for kind, test in (
        ("bounce", _is_bounce),
        ("receipt", _is_receipt),
        ("loop", _is_loop),
        ("auto_reply", _is_auto_reply),
        ("list", _is_list),
    ):
        if test(mail):
            return kind
    return "ordinary"


def _is_bounce(mail):
    if mail.content_type == "multipart/report" and mail.report_type in (
        "delivery-status",
        "",
    ):
        return True
    if "message/delivery-status" in mail.part_types:
        return True
    if BOUNCE_SENDER.match(mail.sender_email):
        return True
    empty_path = mail.header("return-path").strip() == "<>"
    return empty_path and bool(BOUNCE_SUBJECT.search(mail.subject))


def _is_receipt(mail):
    return (
        mail.report_type == "disposition-notification"
        or "message/disposition-notification" in mail.part_types
    )


def _is_loop(mail):
    """Our own mail that came back."""
    return "-loop-detection-bounce-email@" in " ".join(mail.references)


def _is_auto_reply(mail):
    submitted = mail.header("auto-submitted").lower()
    if submitted.startswith("auto-generated"):
        # a watching machine may well ask for service, an answering one does not
        if mail.in_reply_to or mail.references:
            return True
    elif submitted and not submitted.startswith("no"):
        return True
    # set by the autoresponders of Exim, Gmail, Exchange, Yandex and mail.ru
    if any(
        mail.header(name)
        for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply")
    ):
        return True
    if mail.header("precedence").lower() in ("auto_reply", "auto-reply"):
        return True
    return bool(AUTO_SUBJECT.match(mail.subject))


def _is_list(mail):
    if mail.header("precedence").lower() in ("bulk", "list", "junk"):
        return True
    return bool(mail.header("list-id") or mail.header("list-post"))
