"""Texts in the alphabets of text messages, in as many parts as they need; and read again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from watchword.features.delivery.rules import Refused
from watchword.foundation.gsm import (
    BASIC,
    EXTENDED,
    SEPTETS_ALONE,
    SEPTETS_OF_SEVERAL,
    UNITS_ALONE,
    UNITS_OF_SEVERAL,
)
from watchword.providers.channels.sms.smpp_settings import Alphabet, LongMessages

DEFAULT_ALPHABET, ASCII, LATIN1, UCS2 = 0, 1, 3, 8  # data_coding
HAS_HEADER: Final = 0x40  # esm_class
ESCAPE: Final = 0x1B
MOST_PARTS: Final = 10
CONCATENATION: Final = bytes((5, 0, 3))  # a header of 5 octets: element 0, which has 3

# An escape stands where the list has none of its own.
PLACES: Final = {char: at + (at >= ESCAPE) for at, char in enumerate(BASIC)}
ESCAPED: Final = dict(
    zip(EXTENDED, (0x0A, 0x14, 0x28, 0x29, 0x2F, 0x3C, 0x3D, 0x3E, 0x40, 0x65), strict=True)
)


CHARS: Final = {place: char for char, place in PLACES.items()}
AFTER_ESCAPE: Final = {place: char for char, place in ESCAPED.items()}


@dataclass(frozen=True, slots=True)
class Part:
    """What one message carries of a text."""

    octets: bytes = field(repr=False)
    data_coding: int
    has_header: bool = False
    is_payload: bool = False


def write_text(
    text: str, alphabet: Alphabet, long_messages: LongMessages, reference: int
) -> list[Part] | Refused:
    """Write a text in the least room that its characters allow.

    `reference`: by which a telephone knows the parts of one text, from 0 to 255.
    """
    try:
        coding, pieces, whole = _pieces(text, alphabet)
    except UnicodeEncodeError:
        return Refused("text")
    if len(pieces) > MOST_PARTS:
        return Refused("text too long")
    if len(pieces) == 1:
        return [Part(whole, coding)]
    if long_messages == "payload":
        return [Part(whole, coding, is_payload=True)]
    headers = (
        CONCATENATION + bytes((reference % 256, len(pieces), number + 1))
        for number in range(len(pieces))
    )
    return [
        Part(header + piece, coding, has_header=True)
        for header, piece in zip(headers, pieces, strict=True)
    ]


def read_text(octets: bytes, data_coding: int, alphabet: Alphabet, *, has_header: bool) -> str:
    """Read what a telephone has written; of what is no letter, nothing is left."""
    if has_header and octets:
        octets = octets[octets[0] + 1 :]
    if data_coding == UCS2:
        return octets.decode("utf-16-be", "replace")
    if data_coding in {ASCII, LATIN1} or alphabet == "latin1":
        return octets.decode("latin-1")
    return _from_gsm(octets)


def _from_gsm(octets: bytes) -> str:
    chars, escaped = [], False
    for octet in octets:
        chars.append((AFTER_ESCAPE if escaped else CHARS).get(octet, ""))
        escaped = octet == ESCAPE and not escaped
    return "".join(chars)


def _pieces(text: str, alphabet: Alphabet) -> tuple[int, list[bytes], bytes]:
    """Give the alphabet, the text in pieces of which each fits, and the whole of it."""
    writer = _writer(text, alphabet)
    if writer is None:
        units = [char.encode("utf-16-be") for char in text]
        sizes = [len(unit) // 2 for unit in units]
        alone, in_part, coding = UNITS_ALONE, UNITS_OF_SEVERAL, UCS2
    else:
        units = [writer(char) for char in text]
        sizes = [1 + (char in ESCAPED) for char in text]
        alone, in_part, coding = SEPTETS_ALONE, SEPTETS_OF_SEVERAL, DEFAULT_ALPHABET
    whole = b"".join(units)
    if sum(sizes) <= alone:
        return coding, [whole], whole
    return coding, [*_fill(units, sizes, in_part)], whole


def _writer(text: str, alphabet: Alphabet) -> Callable[[str], bytes] | None:
    """Find how to write the characters of a text in the provider's default alphabet, if it can."""
    if alphabet == "ucs2" or not all(char in PLACES or char in ESCAPED for char in text):
        return None
    if alphabet == "gsm":
        return _in_gsm
    # The provider makes it GSM, so it must be in both.
    return _in_latin1 if all(ord(char) <= 0xFF for char in text) else None  # noqa: PLR2004


def _in_gsm(char: str) -> bytes:
    return bytes((PLACES[char],)) if char in PLACES else bytes((ESCAPE, ESCAPED[char]))


def _in_latin1(char: str) -> bytes:
    return char.encode("latin-1")


def _fill(units: list[bytes], sizes: list[int], room: int) -> Iterator[bytes]:
    """Fill parts one after the other. What is one character is never torn in two."""
    part, left = bytearray(), room
    for unit, size in zip(units, sizes, strict=True):
        if size > left:
            yield bytes(part)
            part, left = bytearray(), room
        part += unit
        left -= size
    yield bytes(part)
