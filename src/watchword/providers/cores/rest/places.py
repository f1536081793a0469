"""Where in a document something stands: `a.0.b`, or `[kind.name=SSN].number` in a list."""

import re
from typing import Any, Final

from watchword.providers.channels.documents import as_text, find

CHOICE: Final = re.compile(r"\[(?P<place>[^=\]]+)=(?P<wanted>[^\]]*)\]\.?")


def at(document: object, place: str) -> Any:  # noqa: ANN401 - whatever stands there
    """Follow a place; what leads nowhere is None, and no place at all is the whole."""
    if not place:
        return document
    if choice := CHOICE.match(place):
        items = document if isinstance(document, list) else []
        chosen = next((item for item in items if _is(item, choice)), None)
        return at(chosen, place[choice.end() :])
    return find(document, place)


def items_at(document: object, place: str) -> list[Any]:
    found = at(document, place)
    return found if isinstance(found, list) else [] if found is None else [found]


def _is(item: object, choice: re.Match[str]) -> bool:
    found = find(item, choice["place"])
    return found is not None and as_text(found) == choice["wanted"]
