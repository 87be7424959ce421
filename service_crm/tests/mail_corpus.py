"""Raw mails as they really come, each with what must become of it.

``{team}`` stands for the team's address. Bodies are bytes, since that is what is wrong
with most of them.
"""

import base64
import quopri
from dataclasses import dataclass, field

TEAM = "service@team.example.com"
STRANGER = "ivan@stranger.example.org"
NEED = "Лифт стоит между этажами, двери не открываются."
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmM"
    "IQAAAABJRU5ErkJggg=="
)


@dataclass
class Sample:
    """One raw mail and what is expected: the inbound's state, and of the request."""

    raw: bytes
    state: str = "done"
    subject: str = None
    need: str = None
    email: str = STRANGER
    files: tuple = ()
    absent: tuple = field(default_factory=tuple)


def b64(text, charset="utf-8"):
    data = text if isinstance(text, bytes) else text.encode(charset)
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def word(text, charset="utf-8", kind="B"):
    data = text.encode(charset)
    if kind == "B":
        return f"=?{charset}?B?{base64.b64encode(data).decode()}?="
    quoted = quopri.encodestring(data, header=True).decode().replace("=\n", "")
    return f"=?{charset}?Q?{quoted}?="


def head(name, sender=STRANGER, subject="Lift", to=TEAM, extra="", message_id=True):
    """The headers of a sample mail as bytes, without the empty line."""
    lines = [
        "Received: from relay.example.org; Mon, 2 Nov 2026 09:00:00 +0300",
        f"From: {sender}" if sender else "",
        f"To: {to}",
        f"Subject: {subject}" if subject is not None else "",
        "Date: Mon, 2 Nov 2026 09:00:00 +0300",
        f"Message-ID: <{name}@stranger.example.org>" if message_id else "",
        "MIME-Version: 1.0",
        extra,
    ]
    return "\r\n".join(line for line in lines if line).encode() + b"\r\n"


def text_part(body, charset="utf-8", encoding="8bit"):
    return (
        f"Content-Type: text/plain; charset={charset}\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    ).encode() + body


def multipart(kind, parts, boundary="=_part"):
    lines = [f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()]
    for part in parts:
        lines += [f"--{boundary}\r\n".encode(), part, b"\r\n"]
    return b"".join(lines) + f"--{boundary}--\r\n".encode()


def file_part(content, name, kind="application/octet-stream", more=""):
    return (
        f"Content-Type: {kind}\r\nContent-Disposition: attachment; {name}\r\n"
        f"{more}Content-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + b64(content)


def html_part(html, charset="utf-8"):
    return f"Content-Type: text/html; charset={charset}\r\n\r\n".encode() + html.encode(
        charset, "replace"
    )


def simple(name, charset, body=NEED, declared=None, subject="Lift", **values):
    return Sample(
        head(name, subject=subject)
        + text_part(body.encode(charset), declared or charset),
        need=values.pop("need", NEED),
        subject=values.pop("expected_subject", subject),
        **values,
    )


def build_charsets():
    """Russian text in whatever charset, said rightly, wrongly or not at all."""
    return {
        "plain": simple("plain", "utf-8"),
        "koi8_r": simple(
            "koi8", "koi8-r", subject=word("Лифт", "koi8-r"), expected_subject="Лифт"
        ),
        "windows_1251": simple(
            "cp1251",
            "windows-1251",
            subject=word("Срочно", "windows-1251", "Q"),
            expected_subject="Срочно",
        ),
        "iso_8859_5": simple("iso5", "iso-8859-5"),
        "cp866": simple("cp866", "cp866"),
        "utf_16": simple("utf16", "utf-16"),
        "unknown_charset": simple("unknown", "windows-1251", declared="x-rus-foo"),
        "unknown_charset_utf8": simple("unknown8", "utf-8", declared="default"),
        "wrong_charset": simple("wrong", "windows-1251", declared="utf-8"),
        "latin_that_is_russian": simple("latin", "koi8-r", declared="iso-8859-1"),
        "ascii_that_is_not": simple("ascii", "utf-8", declared="us-ascii"),
        "no_charset": Sample(
            head("nocharset") + b"\r\n" + NEED.encode("koi8-r"), need=NEED
        ),
        "utf_7": Sample(
            head("utf7") + text_part(NEED.encode("utf-7"), "utf-7", "7bit"), need=NEED
        ),
        "invalid_utf8": Sample(
            head("invalid") + text_part(b"Lift \xff\xfe stuck in the \xc3 shaft"),
            need="stuck in the",
        ),
        "raw_8bit_headers": Sample(
            head("raw8", subject="@@").replace(b"@@", "Лифт встал".encode("cp1251"))
            + text_part(NEED.encode()),
            subject="Лифт встал",
            need=NEED,
        ),
        "split_encoded_word": Sample(
            head(
                "splitword",
                subject="=?utf-8?B?"
                + base64.b64encode("Лифт".encode()[:3]).decode()
                + "?=\r\n =?utf-8?B?"
                + base64.b64encode("Лифт".encode()[3:]).decode()
                + "?=",
            )
            + text_part(NEED.encode()),
            subject="Лифт",
            need=NEED,
        ),
        "broken_encoded_word": Sample(
            head("badword", subject="=?utf-8?B?0JvQuNGE0Y?= =?foo?Q?=ZZ?= tail")
            + text_part(NEED.encode()),
            need=NEED,
        ),
    }


def build_bodies():
    """Ways to send a text."""
    style = "<head><style>p {color:red}</style></head>"
    html = f"<html>{style}<body><p>{NEED}</p></body></html>"
    return {
        "html_only": Sample(
            head("html") + html_part(html), need=NEED, absent=("color:red", "<p>")
        ),
        "html_koi8": Sample(head("htmlkoi") + html_part(html, "koi8-r"), need=NEED),
        "html_hostile": Sample(
            head("hostile")
            + html_part(
                "<p onclick=alert(1)>Lift</p><script>alert(1)</script>"
                "<img src=x onerror=alert(1)><iframe src=//evil.example></iframe>"
            ),
            need="Lift",
            absent=("alert",),
        ),
        "html_deep": Sample(
            head("deep") + html_part("<div>" * 5000 + "Lift stuck"), need="Lift stuck"
        ),
        "html_comment_only": Sample(head("comment") + html_part("<!-- -->"), need=""),
        "alternative": Sample(
            head("alt")
            + multipart("alternative", [text_part(NEED.encode()), html_part(html)]),
            need=NEED,
        ),
        "quoted_printable": Sample(
            head("qp")
            + text_part(
                quopri.encodestring(NEED.encode()), "utf-8", "quoted-printable"
            ),
            need=NEED,
        ),
        "broken_quoted_printable": Sample(
            head("badqp")
            + text_part(b"Lift =ZZ stuck =D0=9B=\r\n=D", "utf-8", "quoted-printable"),
            need="stuck",
        ),
        "base64_text": Sample(
            head("b64") + text_part(b64(NEED), "utf-8", "base64"), need=NEED
        ),
        "broken_base64": Sample(
            head("badb64")
            + text_part(b64("Lift is stuck")[:-4] + b"!*", "utf-8", "base64"),
            need="Lift is",
        ),
        "unknown_encoding": Sample(
            head("badenc") + text_part(NEED.encode(), "utf-8", "x-strange"), need=NEED
        ),
        "empty_body": Sample(head("empty") + text_part(b""), subject="Lift", need=""),
        "empty_subject": Sample(
            head("nosubject", subject="") + text_part(NEED.encode()), need=NEED
        ),
        "no_subject": Sample(
            head("nosubj2", subject=None) + text_part(NEED.encode()), need=NEED
        ),
        "cr_only": Sample(
            (head("cr") + text_part(NEED.encode())).replace(b"\r\n", b"\r"), need=NEED
        ),
        "lf_only": Sample(
            (head("lf") + text_part(NEED.encode())).replace(b"\r\n", b"\n"), need=NEED
        ),
        "nul_bytes": Sample(
            head("nul", subject="Lift\x00stuck")
            + text_part(b"Lift\x00 is\x00 stuck\x01\x0b"),
            need="Lift is stuck",
        ),
        "reply_of_stranger": Sample(
            head(
                "strangerreply",
                subject="Re: Lift",
                extra="In-Reply-To: <nobody-knows@example.org>",
            )
            + text_part(
                b"It is stuck again\r\n\r\nOn Mon, 2 Nov 2026 at 09:00, "
                b"Service <s@team.example.com> wrote:\r\n> old text"
            ),
            need="It is stuck again",
            absent=("old text",),
        ),
        "forward_inline": Sample(
            head("fwd", subject="Fwd: Lift")
            + text_part(
                b"---------- Forwarded message ----------\r\n"
                b"From: Petr <petr@example.org>\r\n\r\nLift is stuck"
            ),
            need="Lift is stuck",
        ),
        "long_text": Sample(
            head("long") + text_part(("Лифт. " * 60000).encode()),
            need="Лифт.",
            files=("message.txt",),
        ),
        "html_3_mb": Sample(
            head("html3mb")
            + html_part(
                "<html><body><p>Lift is stuck</p>"
                + '<p class="x y"><span class="z" style="color:red">текст</span></p>'
                * 45000
                + "</body></html>"
            ),
            need="Lift is stuck",
            files=("message.html",),
        ),
        "html_many_tags": Sample(
            head("tags") + html_part("<p>Lift stuck</p>" + "<b>" * 20000),
            need="Lift stuck",
            files=("message.html",),
        ),
    }


def build_files():
    """Mails with something beside the text."""
    text = text_part(NEED.encode())
    inner = head("inner", "petr@example.org", "Old one") + text_part(b"Inner text")
    return {
        "attachment": Sample(
            head("att")
            + multipart("mixed", [text, file_part(PNG, 'filename="lift.png"')]),
            need=NEED,
            files=("lift.png",),
        ),
        "attachment_2047": Sample(
            head("att2047")
            + multipart(
                "mixed",
                [text, file_part(b"act", f'filename="{word("Акт работ.pdf")}"')],
            ),
            need=NEED,
            files=("Акт работ.pdf",),
        ),
        "attachment_2231": Sample(
            head("att2231")
            + multipart(
                "mixed",
                [
                    text,
                    file_part(
                        b"act",
                        "filename*0*=utf-8''%D0%90%D0%BA%D1%82; "
                        "filename*1*=%20%D1%80.pdf",
                    ),
                ],
            ),
            need=NEED,
            files=("Акт р.pdf",),
        ),
        "attachment_raw_name": Sample(
            head("attraw")
            + multipart(
                "mixed",
                [
                    text,
                    file_part(b"act", 'filename="@@.pdf"').replace(
                        b"@@", "Акт".encode("cp1251")
                    ),
                ],
            ),
            need=NEED,
            files=("Акт.pdf",),
        ),
        "attachment_bad_2231": Sample(
            head("attbad")
            + multipart(
                "mixed", [text, file_part(b"act", "filename*=nonsense''%D0%ZZ.pdf")]
            ),
            need=NEED,
        ),
        "attachment_path_name": Sample(
            head("attpath")
            + multipart(
                "mixed", [text, file_part(b"x", 'filename="../../etc/passwd"')]
            ),
            need=NEED,
            files=(".._.._etc_passwd",),
        ),
        "inline_image": Sample(
            head("inline")
            + multipart(
                "related",
                [
                    html_part(f'<p>{NEED}</p><img src="cid:photo1">'),
                    file_part(
                        PNG,
                        'filename="photo.png"',
                        "image/png",
                        "Content-ID: <photo1>\r\n",
                    ),
                ],
            ),
            need=NEED,
            files=("photo.png",),
        ),
        "forward_rfc822": Sample(
            head("fwd822")
            + multipart(
                "mixed", [text, b"Content-Type: message/rfc822\r\n\r\n" + inner]
            ),
            need=NEED,
            files=("Old one.eml",),
            absent=("Inner text",),
        ),
        "tnef": Sample(
            head("tnef")
            + multipart(
                "mixed",
                [
                    text,
                    file_part(
                        b"\x78\x9f\x3e\x22" + bytes(100),
                        'filename="winmail.dat"',
                        "application/ms-tnef",
                    ),
                ],
            ),
            need=NEED,
            files=("winmail.dat",),
        ),
        "calendar": Sample(
            head("ics")
            + multipart(
                "alternative",
                [
                    text,
                    b"Content-Type: text/calendar; method=REQUEST\r\n\r\n"
                    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR",
                ],
            ),
            need=NEED,
            files=("file-1.ics",),
        ),
        "smime_signed": Sample(
            head("smime")
            + multipart(
                "signed",
                [
                    text,
                    file_part(
                        b"0\x82sig", "filename=smime.p7s", "application/pkcs7-signature"
                    ),
                ],
            ),
            need=NEED,
            files=("smime.p7s",),
        ),
        "smime_opaque": Sample(
            head("opaque")
            + file_part(b"0\x82", "filename=smime.p7m", "application/pkcs7-mime"),
            need="",
            files=("smime.p7m",),
        ),
        "odd_content_types": Sample(
            head("odd")
            + multipart(
                "mixed",
                [
                    text,
                    file_part(b"x", 'filename="a.bin"', "binary/octet-stream"),
                    file_part(b"y", 'filename="b.bin"', "*/*"),
                    file_part(b"z", 'filename="c.bin"', "nonsense"),
                ],
            ),
            need=NEED,
            files=("a.bin", "b.bin", "c.bin"),
        ),
        "broken_boundary": Sample(
            head("badboundary")
            + b'Content-Type: multipart/mixed; boundary="one"\r\n\r\n'
            + b"--two\r\nContent-Type: text/plain\r\n\r\nLift is stuck\r\n--two--\r\n",
            need="Lift is stuck",
        ),
        "no_end_boundary": Sample(
            head("noend")
            + b'Content-Type: multipart/mixed; boundary="one"\r\n\r\n--one\r\n'
            + text,
            need=NEED,
        ),
        "no_boundary": Sample(
            head("noboundary") + b"Content-Type: multipart/mixed\r\n\r\nLift is stuck",
            need="Lift is stuck",
        ),
        "deep_nesting": Sample(
            head("nested")
            + b"".join(
                b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n'
                % (i, i)
                for i in range(400)
            )
            + text,
        ),
        "rfc822_nesting": Sample(
            head("nested822") + b"Content-Type: message/rfc822\r\n\r\n" * 2000 + text,
        ),
        "many_parts": Sample(
            head("parts")
            + multipart(
                "mixed", [text] + [b"Content-Type: text/plain\r\n\r\nx"] * 3000
            ),
            need=NEED,
        ),
        "attachment_10_mb": Sample(
            head("att10mb")
            + multipart(
                "mixed",
                [text, file_part(bytes(10 * 1024 * 1024), 'filename="video.mp4"')],
            ),
            need=NEED,
            files=("video.mp4",),
        ),
    }


def build_headers():
    """Mails with strange envelopes."""
    text = text_part(NEED.encode())
    return {
        "no_message_id": Sample(head("noid", message_id=False) + text, need=NEED),
        "no_from": Sample(head("nofrom", sender=None) + text, need=NEED, email=False),
        "broken_from": Sample(
            head("badfrom", sender='"Ivan <ivan@@stranger..org') + text,
            need=NEED,
            email=None,
        ),
        "several_from": Sample(
            head("twofrom", sender=f"Ivan <{STRANGER}>, petr@example.org") + text,
            need=NEED,
        ),
        "cyrillic_name": Sample(
            head("cyrname", sender=f"{word('Иван Петров')} <{STRANGER}>") + text,
            need=NEED,
        ),
        "huge_headers": Sample(
            head(
                "hugehead",
                extra="References: "
                + " ".join(f"<{i}@example.org>" for i in range(50000))
                + "\r\nX-Junk: "
                + "=?utf-8?B?" * 20000,
            )
            + text,
            need=NEED,
        ),
        "many_recipients": Sample(
            head(
                "crowd",
                to=TEAM
                + ",\r\n "
                + ",\r\n ".join(f"p{i}@example.org" for i in range(3000)),
            )
            + text,
            need=NEED,
        ),
        "blind_copy": Sample(
            head("bcc", to="undisclosed-recipients:;", extra=f"Delivered-To: {TEAM}")
            + text,
            need=NEED,
        ),
        "upper_case_recipient": Sample(
            head("upper", to="SERVICE@Team.Example.COM") + text, need=NEED
        ),
        "folded_and_odd_date": Sample(
            head("odddate").replace(
                b"Mon, 2 Nov 2026 09:00:00 +0300\r\nMessage", b"yesterday\r\nMessage"
            )
            + text,
            need=NEED,
        ),
        "watching_machine": Sample(
            head("machine", extra="Auto-Submitted: auto-generated") + text, need=NEED
        ),
    }


def build_automatic():
    """Mails nobody wrote: kept, and nothing is made of them."""
    text = text_part(b"I am away until Monday")

    def automatic(name, extra="", subject="Lift", sender=STRANGER, body=text):
        return Sample(head(name, sender, subject, extra=extra) + body, state="ignored")

    def report(kind, parts):
        return multipart(f"report; report-type={kind}", parts)

    status = (
        b"Content-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.example.org\r\n\r\n"
        b"Final-Recipient: rfc822; gone@example.org\r\nAction: failed\r\nStatus: 5.1.1"
    )
    original = (
        b"Content-Type: text/rfc822-headers; charset=nonsense\r\n\r\n"
        b"Message-ID: <ours@team.example.com>\r\nSubject: Offer"
    )
    return {
        "auto_reply": automatic("auto", "Auto-Submitted: auto-replied (vacation)"),
        "auto_generated_reply": automatic(
            "autogen",
            "Auto-Submitted: auto-generated\r\nIn-Reply-To: <a@team.example.com>",
        ),
        "x_autoreply": automatic("xauto", "X-Autoreply: yes"),
        "precedence_auto": automatic("prec", "Precedence: auto_reply"),
        "out_of_office": automatic("ooo", subject="Out of Office: Lift"),
        "russian_auto_reply": automatic("ruauto", subject=word("Автоответ: Лифт")),
        "mailing_list": automatic(
            "list", "List-Id: <news.example.org>\r\nPrecedence: bulk"
        ),
        "read_receipt": automatic(
            "receipt",
            subject="Read: Offer",
            body=report(
                "disposition-notification",
                [
                    text,
                    b"Content-Type: message/disposition-notification\r\n\r\n"
                    b"Disposition: manual-action/MDN-sent-manually; displayed",
                ],
            ),
        ),
        "bounce": automatic(
            "dsn",
            subject="Undelivered Mail Returned to Sender",
            sender="MAILER-DAEMON@mx.example.org",
            body=report("delivery-status", [text, status, original]),
        ),
        "bounce_plain": automatic(
            "plainbounce",
            subject="Mail delivery failed",
            sender="Mail Delivery System <mailer-daemon@mx.example.org>",
        ),
    }


def build_corpus():
    """All samples by name."""
    return {
        **build_charsets(),
        **build_bodies(),
        **build_files(),
        **build_headers(),
        **build_automatic(),
    }
