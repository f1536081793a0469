"""Cursors: where a page ended, in a form that callers only hand back."""

import base64
import re
import struct
from typing import Annotated, TypeAlias

from litestar.params import QueryParameter

from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id
from watchword.foundation.pages import MOST_ON_A_PAGE, Bookmark
from watchword.web.problems import Kind, Problem

FORM = struct.Struct(">Q16s")
CURSOR = re.compile(r"[A-Za-z0-9_-]{32}")  # the bytes of `FORM` in base64url
LATEST = 2**56  # microseconds; what is later is no moment of ours
USUAL = 50

Cursor: TypeAlias = Annotated[str | None, QueryParameter(name="cursor", max_length=60)]
Limit: TypeAlias = Annotated[int, QueryParameter(name="limit", ge=1, le=MOST_ON_A_PAGE)]


def write_cursor(bookmark: Bookmark | None) -> str | None:
    if bookmark is None:
        return None
    packed = FORM.pack(to_microseconds(bookmark.created_at), bookmark.id.bytes)
    return base64.urlsafe_b64encode(packed).decode()


def read_cursor(written: str | None) -> Bookmark | None:
    if written is None:
        return None
    if CURSOR.fullmatch(written):
        moment, id = FORM.unpack(base64.urlsafe_b64decode(written))
        if moment < LATEST:
            return Bookmark(from_microseconds(moment), Id(bytes=id))
    raise Problem(Kind.MALFORMED, "A cursor is what an earlier page gave, as it was.")
