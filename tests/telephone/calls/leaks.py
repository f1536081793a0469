"""Looking for what callers have typed, wherever something is written down or rests."""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

ONE_KEY = re.compile(r"DTMF end '(?P<key>[0-9*#])' received on (?P<channel>[^ ,]+)")
"""As Asterisk writes down what is pressed, if it is let."""
NUMBER = re.compile(r"(?<![0-9A-Za-z.-])[0-9]+(?![0-9A-Za-z-])")
"""One that stands alone: no part of a name, of an id or of a fraction of a second."""
HEADING = re.compile(r"^\[[^]]*\] ([A-Z]+)\[[0-9]+\]", re.MULTILINE)
"""Of a line of Asterisk: when, and the number of a thread, which may be anything."""


def leaked(typed: Iterable[str], written: str) -> frozenset[str]:
    """Give what of all that was typed stands there: in one piece, or key by key."""
    numbers = set(NUMBER.findall(HEADING.sub(r"\1", written)))
    keys = _key_by_key(written)
    return frozenset(each for each in typed if each in numbers or each in keys)


def _key_by_key(written: str) -> str:
    """Put together what each caller has pressed, where keys are written down one by one."""
    pressed = defaultdict[str, str](str)
    for found in ONE_KEY.finditer(written):
        pressed[found["channel"]] += found["key"]
    return " ".join(pressed.values())


def all_of(folder: Path, names: str) -> str:
    """Read all files of such names, whatever is in them."""
    found = sorted(folder.glob(names))
    return "\n".join(each.read_bytes().decode("latin-1") for each in found)
