import random
import time

from odoo.tests import BaseCase

from ..tools import mail_clean, mail_text
from ..tools.mail_kind import classify
from ..tools.mail_parse import parse_envelope, parse_mail
from .mail_corpus import NEED, build_corpus, head, text_part


class TestMailText(BaseCase):
    def test_charsets(self):
        for charset in ("cp1251", "koi8-r", "iso8859-5", "cp866", "utf-8"):
            data = NEED.encode(charset)
            for declared in (charset, "x-unknown", "us-ascii", "", None):
                with self.subTest(charset=charset, declared=declared):
                    self.assertEqual(mail_text.decode_text(data, declared), NEED)
        western = "Größe für die naïve façade"
        for declared in ("latin-1", "windows-1252", "", "us-ascii"):
            decoded = mail_text.decode_text(western.encode("latin-1"), declared)
            self.assertEqual(decoded, western)

    def test_binary_codecs_are_no_charsets(self):
        for declared in ("base64", "hex", "zlib", "rot13", "idna", "undefined"):
            self.assertEqual(mail_text.decode_text(b"abc", declared), "abc")

    def test_headers(self):
        for value, text in (
            ("plain", "plain"),
            ("=?koi8-r?B?7MnG1A==?=", "Лифт"),
            ("=?utf-8?Q?=D0=9B=D0=B8?= =?utf-8?Q?=D1=84=D1=82?=", "Лифт"),
            ("Re: =?utf-8?b?0JvQuNGE0YI=?= stuck", "Re: Лифт stuck"),
            ("=?utf-8*ru?B?0JvQuNGE0YI=?=", "Лифт"),
            ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
            (None, ""),
        ):
            self.assertEqual(mail_text.decode_header(value), text)
        raw = "Лифт".encode("cp1251").decode("ascii", "surrogateescape")
        self.assertEqual(mail_text.decode_header(raw), "Лифт")

    def test_html_becomes_lines(self):
        html = (
            "<style>p{}</style><p>One &amp; <b>two</b></p><ul><li>a<li>b</ul>"
            "<script>x()</script>three<br>four"
        )
        self.assertEqual(
            mail_text.html_to_text(html).split("\n"),
            ["One & two", "", "a", "", "b", "", "three", "four"],
        )
        self.assertEqual(mail_text.html_to_text(""), "")
        self.assertIn("stuck", mail_text.html_to_text("<div>" * 90000 + "stuck"))

    def test_quotations_are_left_out(self):
        for below in (
            "> old",
            "On Mon, 2 Nov 2026 at 09:00, Service <s@example.com> wrote:\n> old",
            "пн, 2 нояб. 2026 г. в 09:00, Сервис <s@example.com>:\n> old",
            "02.11.2026 09:00, Сервис пишет:\nold",
            "-----Original Message-----\nFrom: x\nold",
            "-------- Пересылаемое сообщение --------\nold",
            "-- \nIvan, director",
        ):
            with self.subTest(below):
                text = mail_text.strip_quoted(f"New words\n\n{below}")
                self.assertEqual(text, "New words")
        self.assertEqual(mail_text.strip_quoted("> all quoted"), "> all quoted")

    def test_shorten(self):
        self.assertEqual(mail_text.shorten("short", 10), "short")
        self.assertEqual(mail_text.shorten("one two three", 9), "one two …")


class TestMailParse(BaseCase):
    def test_nothing_raises_and_all_ends_soon(self):
        """Broken in every place: cut, doubled, with other bytes."""
        chance = random.Random(7)
        corpus = [s.raw for s in build_corpus().values() if len(s.raw) < 20000]
        started = time.monotonic()
        for _round in range(600):
            raw = bytearray(chance.choice(corpus))
            for _cut in range(chance.randint(1, 12)):
                place = chance.randrange(len(raw) + 1)
                length = chance.randint(0, 20)
                raw[place : place + length] = chance.choice(
                    (b"", chance.randbytes(length), b"\r\n", b"=?utf-8?B?", b"--", b'"')
                )
            raw = bytes(raw)
            mail = parse_mail(raw)
            parse_envelope(raw)
            classify(mail)
            clean = mail_clean.clean_headers(mail)
            clean.decode("ascii")
            for text in (mail.subject, mail.text, mail.html, mail.plain):
                self.assertIsNone(mail_text.UNPRINTABLE.search(text))
        self.assertLess(time.monotonic() - started, 30)

    def test_empty_and_hopeless(self):
        for raw in (
            b"",
            b"\0",
            b"\r\n\r\n",
            b"no header at all",
            b":\n:\n:",
            b"\xff" * 99,
        ):
            mail = parse_mail(raw)
            self.assertTrue(mail.fingerprint)
            self.assertEqual(mail.sender_email, "")

    def test_fingerprint_is_of_the_content(self):
        raw = head("one") + text_part(NEED.encode())
        same = parse_mail(b"X-Spam: no\r\nReceived: x\r\n" + raw).fingerprint
        self.assertEqual(parse_mail(raw).fingerprint, same)
        self.assertEqual(parse_mail(raw.replace(b"\r\n", b"\n")).fingerprint, same)
        other = head("one") + text_part(b"Other")
        self.assertNotEqual(parse_mail(other).fingerprint, same)

    def test_recipients_of_all_headers(self):
        raw = (
            b"Delivered-To: Service@Team.Example.com\nX-Original-To: two@example.com\n"
            b"To: Three <three@example.com>, group: four@example.com;\n"
            b"Cc: broken <five@example.com\n\nText"
        )
        self.assertEqual(
            parse_envelope(raw).recipients,
            [
                "service@team.example.com",
                "two@example.com",
                "three@example.com",
                "four@example.com",
                "five@example.com",
            ],
        )

    def test_kinds(self):
        for extra, subject, kind in (
            ("", "Lift", "ordinary"),
            ("Auto-Submitted: no", "Lift", "ordinary"),
            ("Auto-Submitted: auto-generated", "Sensor 5", "ordinary"),
            ("Auto-Submitted: auto-replied", "Lift", "auto_reply"),
            ("X-Autorespond: 1", "Lift", "auto_reply"),
            ("", "Automatic reply: Lift", "auto_reply"),
            ("", "Автоматический ответ: Лифт", "auto_reply"),
            ("", "Auto repair needed", "ordinary"),
            ("List-Id: <x.example.org>", "Lift", "list"),
            ("Return-Path: <>", "Undeliverable: Lift", "bounce"),
            ("Return-Path: <>", "Lift", "ordinary"),
        ):
            with self.subTest(extra=extra, subject=subject):
                raw = head("kind", subject=subject, extra=extra) + text_part(b"x")
                self.assertEqual(classify(parse_mail(raw)), kind)

    def test_clean_headers_survive_the_strict_parser(self):
        mail = parse_mail(
            head(
                "clean",
                '"Иван, \\"Петров\\"" <ivan@stranger.example.org>',
                "Лифт\r\n Bcc: evil@example.org",
            )
            + text_part(b"x")
        )
        clean = mail_clean.clean_headers(mail, {"service@team.example.com"})
        again = parse_mail(clean)
        self.assertEqual(again.sender_email, mail.sender_email)
        self.assertEqual(again.subject, mail.subject)
        self.assertEqual(again.to, mail.to)
        self.assertNotIn("bcc", again.headers)
