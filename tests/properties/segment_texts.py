"""2,000 generated texts whose size as short message public calculators know, too."""

import random

ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789.,:;!?()-/+",
    "abc def 123 [|]{}~^\\€",
    "àèéìòùäöüñÄÖÜÑßÅåÆæØøÇ@£$¥ΔΦΓΛΩΠΨΣΘΞ¡¿§ abc",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяё АБВГДЕЖ 0123456789.,:-",
    "Мастер приедет № 5 «Лифт» — до 12:00 € [подъезд 2]",
    "a б 😀🚀🛠🔧€ç—…“”’",
)
WIDE = ("€", "[", "]", "{", "~", "😀", "🛠", "№", "я", "ç")
# Sizes at which a text gets one more part.
BORDERS = (67, 70, 134, 153, 160, 201, 268, 306, 459, 612)


def generate(number=2000):
    """Texts of all alphabets, most of them at the border of a part, with wide signs."""
    chance = random.Random(5)
    texts = []
    while len(texts) < number:
        alphabet = chance.choice(ALPHABETS)
        size = max(1, chance.choice(BORDERS) + chance.randint(-4, 4))
        if chance.random() < 0.2:
            size = chance.randint(1, 640)
        signs = [chance.choice(alphabet) for _sign in range(size)]
        for border in BORDERS:
            spot = border + chance.randint(-3, 2)
            if spot < size and chance.random() < 0.5:
                signs[spot] = chance.choice(WIDE if chance.random() < 0.5 else alphabet)
        texts.append("".join(signs))
    return texts
