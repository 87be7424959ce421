"""Text of short messages. Plain Python, no database."""

# Signs that look alike but make a message of the small alphabet (160 signs) one of the
# large alphabet (70 signs).
_SIMPLE = str.maketrans(
    {
        "\xa0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "–": "-",
        "—": "-",
        "−": "-",
        "…": "...",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
    }
)


def simplify(text):
    """The text with plain spaces, dashes and quotes, without empty ends of lines."""
    lines = text.translate(_SIMPLE).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines).strip()
