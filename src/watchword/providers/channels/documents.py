"""Documents of a shape that only the operator knows: where in one a word stands, and which."""

import re
from typing import Final

import msgspec

PLACE: Final = re.compile(r"[0-9]{1,9}")


def read_any(body: bytes) -> object:
    """Read JSON of any shape; None, if it is none."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def find(document: object, path: str) -> object:
    """Follow a dotted path such as `messages.0.status`; where it leads nowhere is None."""
    for step in path.split("."):
        match document:
            case dict():
                document = document.get(step)
            case list() if PLACE.fullmatch(step) and int(step) < len(document):
                document = document[int(step)]
            case _:
                return None
    return document


def as_text(value: object) -> str:
    """Write a value as JSON does, so that true and "true", 0 and "0" are the same."""
    return str(value).lower() if isinstance(value, bool) else str(value)
