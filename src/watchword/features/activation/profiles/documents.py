"""A line as it is written down for a call: whole, so that nothing of it changes meanwhile."""

import msgspec

from watchword.features.activation.profiles.line import ProfileLine


class NoDocument(Exception):
    """What is written of a line was written by another version of ours."""


def written(line: ProfileLine) -> bytes:
    return msgspec.json.encode(line)


def read(document: bytes) -> ProfileLine:
    """Raise `NoDocument` for what is none."""
    try:
        return msgspec.json.decode(document, type=ProfileLine)
    except msgspec.DecodeError:
        raise NoDocument("A line was written by another version.") from None
