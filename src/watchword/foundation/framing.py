"""Fields put in a row so that no two rows read alike: each stands behind its length."""

import msgspec

HEAD_BYTES = 1  # how many fields there are; up to 15
EMPTY = b"\xc4\x00"  # how a field without anything in it ends a row


def framed(*fields: bytes | str) -> bytes:
    """Join fields for a MAC or as associated data; `("ab", "c")` and `("a", "bc")` differ.

    The form is that of MessagePack, which says of each field its kind and its length.
    """
    return msgspec.msgpack.encode(fields)


def framed_until(*fields: bytes | str) -> bytes:
    """Give the beginning of a row whose last field is still to come, `framed_last`."""
    return framed(*fields, b"")[: -len(EMPTY)]


def framed_last(field: bytes | str) -> bytes:
    return framed(field)[HEAD_BYTES:]
