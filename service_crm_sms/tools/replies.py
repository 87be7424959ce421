"""What a short answer of a customer means. Plain Python, no database."""

import re
from typing import NamedTuple

# One word, or several, that are the whole answer.
KEYWORDS = {
    "stop": (
        "stop", "stopall", "stop all", "unsubscribe", "quit", "end", "optout",
        "стоп", "стоп все", "отписаться", "отписка", "отпишите", "отписать",
        "не пишите", "не беспокоить",
    ),
    "start": ("start", "unstop", "subscribe", "старт", "подписаться", "подпишите"),
    "yes": (
        "yes", "y", "ok", "okay", "confirm", "confirmed", "agreed", "fine", "+", "👍",
        "да", "ага", "ок", "окей", "хорошо", "согласен", "согласна", "согласны",
        "подтверждаю", "подтверждаем", "подходит", "удобно", "жду", "ждем", "д",
    ),
    "no": (
        "no", "n", "not ok", "нет", "не", "неудобно", "не удобно", "не подходит", "-",
    ),
    "move": (
        "move", "reschedule", "another time", "other time", "later",
        "перенести", "перенесите", "перенос", "другое время", "в другое время",
        "позже",
    ),
    "cancel": ("cancel", "отмена", "отменить", "отмените", "отменяю"),
}  # fmt: skip
# Said beside a keyword without changing what it means.
FILLERS = frozenset(
    "please thanks thank you спасибо благодарю пожалуйста вас вам мне нам буду будем "
    "дома жду ждем спс больше me us all any more".split()
)
MAX_WORDS = 3

_WORD = re.compile(r"[^\W_]+|^[+👍-]$")
_PAUSE = re.compile(r"[.,;:!?()\n–-]+")
_STARS = re.compile(
    r"^\W*([1-5])(?![\d:])\s*(?P<unit>(?:/\s*5|из\s+5|of\s+5)?\s*"
    r"(?:[*★⭐]+|зв[её]зд\w*|балл\w*|stars?)?)(?P<sign>[\s.,;!:()–-]*)(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
# Where the words of a mail end and the signature begins.
_SIGNATURE = re.compile(
    r"^(-- ?$|—|_{3,}|с уважением|с наилучшими|best regards|kind regards|regards|"
    r"sent from|отправлено )",
    re.IGNORECASE,
)


class Reply(NamedTuple):
    """What was understood.

    :param kind: ``stop``, ``start``, ``yes``, ``no``, ``move``, ``cancel``,
        ``rate`` or empty when a person has to read it
    :param stars: 1 to 5 of a rating
    :param rest: what was said beside the keyword
    """

    kind: str = ""
    stars: int = 0
    rest: str = ""


def read_reply(text, keywords=None):
    """What an answer means, when it says nothing else.

    A yes with a condition ("yes, but later") is nobody's to decide but a person's; a
    no may give its reason.

    :param keywords: ``{kind: words}``; those of this file when not given
    :return: :class:`Reply`
    """
    text = (text or "").strip()
    stars = _read_stars(text)
    if stars:
        return stars
    words = _WORD.findall(text.lower().replace("ё", "е"))
    first = _WORD.findall(_PAUSE.split(text.lower(), maxsplit=1)[0].replace("ё", "е"))
    for kind, phrases in (keywords or KEYWORDS).items():
        for phrase in phrases:
            said = phrase.split()
            if words[: len(said)] == said and _is_whole(kind, said, words, first):
                return Reply(kind, 0, text if len(words) > len(said) else "")
    return Reply()


def cut_signature(text):
    """The words of a mail without the signature below them."""
    lines = []
    for line in (text or "").strip().splitlines():
        if lines and _SIGNATURE.match(line.strip()):
            break
        lines.append(line)
    return "\n".join(lines).strip()


def _read_stars(text):
    """A rating: a digit alone, or one with stars, a stop or a comma behind it."""
    found = _STARS.match(text)
    if not found:
        return None
    rest = found["rest"].strip()
    if rest and not (found["unit"].strip() or found["sign"].strip()):
        return None  # "5 minutes late"
    return Reply("rate", int(found.group(1)), rest)


def _is_whole(kind, said, words, first):
    """Whether the words beside a keyword leave its meaning as it is."""
    others = words[len(said) :]
    if len(others) <= MAX_WORDS and FILLERS.issuperset(others):
        return True
    if kind == "no":
        return first == said  # "no, tomorrow", but not "no problem"
    return kind in ("move", "cancel")
