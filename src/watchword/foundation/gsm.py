"""The alphabet of text messages (GSM 03.38), and how much one message holds.

A text of other characters is sent in 16 bits for each, so that less than half as many fit into one
message, and what was one message becomes two or three. What has more than one segment is paid as
often, and each segment of several has less room, because it says which of them it is.
"""

import unicodedata
from collections.abc import Iterable

from anyascii import anyascii

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "\f^{}\\[~]|€"
"""Each takes two septets, because an escape stands before it."""

SEPTETS_ALONE, SEPTETS_OF_SEVERAL = 160, 153
UNITS_ALONE, UNITS_OF_SEVERAL = 70, 67  # of 16 bits

_ALL = frozenset(BASIC + EXTENDED)
_GREEK = frozenset("ΔΦΓΛΩΠΨΣΘΞ")
_LATIN = _ALL - _GREEK
_NOTHING = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))


def first_beyond(text: str) -> str | None:
    """Give the first character that the alphabet does not have."""
    return next((char for char in text if char not in _ALL), None)


def septets(text: str) -> int:
    """Count the units of seven bits that a text takes. It has to be of the alphabet."""
    if not _ALL.issuperset(text):
        raise ValueError("The text has a character that the alphabet of text messages lacks.")
    return len(text) + sum(map(text.count, EXTENDED))


def segments(text: str) -> int:
    """Count the messages that a text is sent and paid as."""
    if _ALL.issuperset(text):
        widths = (2 if char in EXTENDED else 1 for char in text)
        return _segments(widths, septets(text), SEPTETS_ALONE, SEPTETS_OF_SEVERAL)
    units = [len(char.encode("utf-16-le", "surrogatepass")) // 2 for char in text]
    return _segments(units, sum(units), UNITS_ALONE, UNITS_OF_SEVERAL)


def _segments(widths: Iterable[int], total: int, alone: int, of_several: int) -> int:
    if total <= alone:
        return 1
    # What takes two units is never torn apart: where one is left, it stays empty.
    count, used = 1, 0
    for width in widths:
        if used + width > of_several:
            count, used = count + 1, 0
        used += width
    return count


def transliterate(text: str) -> str:
    """Write a text in the alphabet, as people do who type without their own letters.

    Lodz for Łódź. What the alphabet has stays, and what nobody could read is left out.
    """
    if _ALL.issuperset(text):
        return text
    # One writes é as one character or as two; the alphabet has it only as one.
    text = unicodedata.normalize("NFC", text)
    kept = _ALL if _ALL.issuperset(char for char in text if _is_greek(char)) else _LATIN
    return "".join(char if char in kept else _nearest(char) for char in text)


def _is_greek(char: str) -> bool:
    """Whether it is of a script of which the alphabet has ten capitals, and so no whole word."""
    return unicodedata.name(char, "").startswith("GREEK ")


def _nearest(char: str) -> str:
    if char.isspace():
        return " "
    if unicodedata.category(char) in _NOTHING:
        return ""
    near = anyascii(char)
    if len(near) > 1 and near[0] == near[-1] == ":":
        return ""  # the name of a picture, such as :bank:
    return "".join(each for each in near.replace("`", "'") if each in _ALL)
