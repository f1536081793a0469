"""A line as it is written down for a call: whole, so that nothing of it changes meanwhile."""

from functools import lru_cache

import msgspec

from watchword.features.activation.profiles.line import ProfileLine

LINES_AT_HAND = 128
"""Each turn needs the line of its call, and to read it takes a part of a turn that can be felt."""


class NoDocument(Exception):
    """What is written of a line was written by another version of ours."""


def written(line: ProfileLine) -> bytes:
    return msgspec.json.encode(line)


@lru_cache(maxsize=LINES_AT_HAND)
def read(document: bytes) -> ProfileLine:
    """Raise `NoDocument` for what is none. Calls on one line share it: nothing in it changes."""
    try:
        return msgspec.json.decode(document, type=ProfileLine)
    except msgspec.DecodeError:
        raise NoDocument("A line was written by another version.") from None
