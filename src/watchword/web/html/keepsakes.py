"""What the browser of somebody at work keeps from visit to visit, and what is no secret.

A keepsake lets nobody in and decides nothing: it saves a choice, or typing. It goes to pages of the
console alone, so that the browsers of customers get none.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

PLACE = "/console"
KEPT_FOR = timedelta(days=180)
KEPT_AT_MOST = 40


class Keepsake(StrEnum):
    LANGUAGE = "watchword-language"
    ORGANISATION = "watchword-organisation"
    """The short name of who somebody worked for when they came in here."""


def remembered(request: Request[Any, Any, Any], what: Keepsake) -> str:
    """Give what a browser has kept; nothing, if that can be none of ours."""
    kept = request.cookies.get(what, "")
    return kept if len(kept) <= KEPT_AT_MOST and kept.isascii() and kept.isprintable() else ""


def keepsake(what: Keepsake, value: str, public_url: str) -> Cookie:
    return Cookie(
        key=what,
        value=value,
        path=PLACE,
        max_age=int(KEPT_FOR.total_seconds()),
        secure=public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )
