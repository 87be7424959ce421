from unittest import TestCase

from odoo.addons.service_crm_sms.tools.segments import Segments, count, find_foreign
from odoo.addons.service_crm_sms.tools.translit import (
    drop_foreign,
    swap,
    transliterate,
)


class TestSegments(TestCase):
    """Plain functions: the size of short messages, and how to make them smaller."""

    def test_borders(self):
        for text, segments in (
            ("", 0),
            ("a" * 160, 1),
            ("a" * 161, 2),
            ("a" * 306, 2),
            ("a" * 307, 3),
            ("я" * 70, 1),
            ("я" * 71, 2),
            ("я" * 134, 2),
            ("я" * 135, 3),
            ("€" * 80, 1),
            ("€" * 81, 2),
            ("[{}]" * 20, 1),
            ("😀" * 35, 1),
            ("😀" * 36, 2),
        ):
            with self.subTest(text[:4], length=len(text)):
                self.assertEqual(count(text).segments, segments)

    def test_wide_signs_are_never_torn(self):
        """At the border of a part the room for half a sign is lost."""
        self.assertEqual(count("a" * 152 + "€" + "a" * 152).segments, 3)
        self.assertEqual(count("a" * 151 + "€" + "a" * 153).segments, 2)
        self.assertEqual(count("я" * 66 + "😀" + "я" * 66).segments, 3)
        self.assertEqual(count("я" * 65 + "😀" + "я" * 67).segments, 2)

    def test_what_is_told_of_a_text(self):
        self.assertEqual(count("a[b"), Segments("GSM-7", 4, 1, 160, 156))
        self.assertEqual(count("дом😀"), Segments("UCS-2", 5, 1, 70, 65))
        self.assertEqual(count("a" * 161), Segments("GSM-7", 161, 2, 153, 145))
        self.assertEqual(count("ç").encoding, "UCS-2", "only the capital is there")
        self.assertEqual(find_foreign("Ça va, ça va? — да"), ["ç", "—", "д", "а"])

    def test_latin_letters(self):
        self.assertEqual(
            transliterate("Ваш мастер Щёкин Юрий: ЖКХ, №5, подъезд 2"),
            "Vash master Schekin Yuriy: ZHKKH, No.5, podezd 2",
        )
        self.assertEqual(transliterate("Їжак і Ґудзик, ў, қ"), "Yizhak i Gudzik, u, q")
        self.assertEqual(
            transliterate("Вот: https://сайт.рф/я и https://x.ru/r/Ab"),
            "Vot: https://сайт.рф/я i https://x.ru/r/Ab",
        )

    def test_signs_of_the_same_look(self):
        self.assertEqual(
            swap("Ève était à l'hôtel ñ 25 ₽"), "Eve était à l'hotel ñ 25 rub."
        )
        self.assertEqual(swap("Мастер, 25°"), "Мастер, 25")
        self.assertEqual(drop_foreign("See you 😀 soon 漢"), "See you soon")
