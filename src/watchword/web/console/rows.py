"""How far a list is shown: so many rows on a page, and behind which one it goes on."""

from dataclasses import dataclass

from watchword.foundation.pages import Bookmark
from watchword.web.cursors import read_cursor
from watchword.web.html.pages import AnyRequest
from watchword.web.problems import Problem

SIZES, USUAL = (25, 50, 100), 25


@dataclass(frozen=True, slots=True)
class Rows:
    most: int
    after: Bookmark | None

    @property
    def is_first(self) -> bool:
        return self.after is None


def rows_of(request: AnyRequest) -> Rows:
    """Read which page of a list is asked for. What is no cursor of ours is the first one."""
    asked = request.query_params.get("rows", "")
    most = int(asked) if asked in map(str, SIZES) else USUAL
    try:
        after = read_cursor(request.query_params.get("cursor"))
    except Problem:
        after = None
    return Rows(most, after)
