"""The alphabet of text messages (GSM 03.38).

A text of other characters is sent in 16 bits for each, so that less than half as many fit into one
message, and what was one message becomes two or three.
"""

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "\f^{}\\[~]|€"
"""Each takes two places, because an escape stands before it."""

_ALL = frozenset(BASIC + EXTENDED)


def first_beyond(text: str) -> str | None:
    """Give the first character that the alphabet does not have."""
    return next((char for char in text if char not in _ALL), None)
