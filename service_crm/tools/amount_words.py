"""Sums of money in words, as they stand on papers."""

from decimal import Decimal

try:
    from num2words import num2words
except ImportError:  # Odoo itself does without it
    num2words = None


def amount_in_words(amount, currency, lang):
    """``1234.5, "RUB", "ru"`` as "Одна тысяча двести тридцать четыре рубля 50 копеек".

    :param amount: the sum, as a number or a string; not rounded here
    :param currency: code of the currency
    :param lang: code of the language, as ``ru`` or ``en_US``
    :return: ``None`` when the words of this currency or language are not known
    """
    if num2words is None:
        return None
    number = Decimal(str(amount)).quantize(Decimal("0.01"))
    for code in (lang, lang.split("_")[0]):
        try:
            words = num2words(
                abs(number),
                lang=code,
                to="currency",
                currency=currency,
                cents=False,
                separator="",
            )
        except (NotImplementedError, KeyError, TypeError, ValueError):
            continue
        words = " ".join(words.split())
        words = words[:1].upper() + words[1:]
        return f"− {words}" if number < 0 else words
    return None
