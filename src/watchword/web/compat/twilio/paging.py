"""Lists page by page, in the envelope that Twilio's libraries follow.

Addresses in it are whole, for a library asks for the next page at exactly the address that it was
given. What a page begins behind is in its token; its number is for the client to look at.
"""

import base64
import binascii
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from watchword.foundation.clock import EPOCH, from_microseconds, to_microseconds
from watchword.foundation.ids import Id
from watchword.foundation.pages import Bookmark
from watchword.web.compat.twilio.errors import invalid
from watchword.web.compat.twilio.forms import Form

PAGE_SIZE, PAGE_SIZE_AT_MOST = 50, 1000
PAGES_AT_MOST = 1_000_000
TOKEN = struct.Struct(">Q16sH")
LATEST = 2**56  # microseconds; what is later is no moment of ours


@dataclass(frozen=True, slots=True)
class Place:
    """Behind what a page begins; of that itself, so many parts were on the page before."""

    bookmark: Bookmark
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page as it is asked for."""

    size: int
    number: int
    after: Place | None

    @property
    def bookmark(self) -> Bookmark | None:
        return None if self.after is None else self.after.bookmark


def wanted(query: Form, most: int = PAGE_SIZE_AT_MOST) -> Wanted:
    """Read which page is asked for; it has no more than `most` rows."""
    size = query.number("PageSize", 1, PAGE_SIZE_AT_MOST)
    number = query.number("Page", 0, PAGES_AT_MOST)
    token = query.text("PageToken")
    return Wanted(
        min(PAGE_SIZE if size is None else size, most),
        0 if number is None else number,
        None if token is None else _read(token),
    )


def envelope(  # noqa: PLR0917 - what is on a page, and what is said of it
    url: str,
    key: str,
    rows: Sequence[Any],
    asked: Wanted,
    after: Place | None,
    filters: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Write a page. `filters`: what the list was narrowed by, which goes along to other pages."""

    def at(page: int, *more: tuple[str, str]) -> str:
        fields = [*filters, ("PageSize", str(asked.size)), ("Page", str(page)), *more]
        return f"{url}?{urlencode(fields, quote_via=quote)}"

    here = [] if asked.after is None else [("PageToken", _write(asked.after))]
    return {
        key: list(rows),
        "meta": {
            "key": key,
            "page": asked.number,
            "page_size": asked.size,
            "first_page_url": at(0),
            # What lies before is not remembered: there one begins anew.
            "previous_page_url": at(0) if asked.number == 1 else None,
            "url": at(asked.number, *here),
            "next_page_url": (
                None if after is None else at(asked.number + 1, ("PageToken", _write(after)))
            ),
        },
    }


def cut(rows: Sequence[Any], asked: Wanted) -> tuple[Sequence[Any], Place | None]:
    """Give a page of a short list that was read as a whole, and where the next one begins."""
    start = 0 if asked.after is None else asked.after.parts
    end = start + asked.size
    is_last = end >= len(rows)
    return rows[start:end], None if is_last else Place(Bookmark(EPOCH, Id(int=0)), end)


def _write(place: Place) -> str:
    moment: datetime = place.bookmark.created_at
    packed = TOKEN.pack(to_microseconds(moment), place.bookmark.id.bytes, place.parts)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _read(token: str) -> Place:
    try:
        padded = token + "=" * (-len(token) % 4)
        moment, id, parts = TOKEN.unpack(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, struct.error):
        raise invalid("PageToken") from None
    if moment >= LATEST:
        raise invalid("PageToken")
    return Place(Bookmark(from_microseconds(moment), Id(bytes=id)), parts)
