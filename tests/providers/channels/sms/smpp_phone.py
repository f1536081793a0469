"""A telephone: puts parts together and shows them, by its own table of the alphabet."""

from collections.abc import Sequence

from watchword.providers.channels.sms.smpp_settings import Alphabet
from watchword.providers.channels.sms.smpp_texts import Part

# From 3GPP TS 23.038, written down once more, so that a slip in ours is seen.
TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
BEHIND_ESCAPE = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}


def read_parts(parts: Sequence[Part], alphabet: Alphabet) -> str:
    """Show a text whose parts have come in any order."""
    assert len(parts) == 1 or all(part.has_header for part in parts)
    numbers = {part.octets[:5]: part.octets[4] for part in parts if part.has_header}
    assert set(numbers.values()) <= {len(parts)}
    assert len(numbers) <= 1
    in_order = sorted(parts, key=lambda part: part.octets[5] if part.has_header else 0)
    return "".join(show(part, alphabet) for part in in_order)


def show(part: Part, alphabet: Alphabet) -> str:
    octets = part.octets[6:] if part.has_header else part.octets
    if part.data_coding:
        return octets.decode("utf-16-be")
    return octets.decode("latin-1") if alphabet == "latin1" else read_gsm(octets)


def read_gsm(octets: bytes) -> str:
    text, rest = "", iter(octets)
    for octet in rest:
        text += BEHIND_ESCAPE[next(rest)] if octet == TABLE.index("\x1b") else TABLE[octet]
    return text
