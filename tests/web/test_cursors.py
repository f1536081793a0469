"""Cursors lead back to where they come from, and nothing else is one."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.stores import NOON
from watchword.foundation.pages import Bookmark, page_of
from watchword.web.cursors import read_cursor, write_cursor
from watchword.web.problems import Kind, Problem

GOOD = write_cursor(Bookmark(NOON, UUID(int=7)))
YEARS = timedelta(days=365)
moments = some.timedeltas(-50 * YEARS, 1000 * YEARS).map(lambda span: NOON + span)


@given(moments, some.uuids())
def test_a_cursor_leads_back_to_where_it_comes_from(moment: datetime, id: UUID) -> None:
    assert read_cursor(write_cursor(Bookmark(moment, id))) == Bookmark(moment, id)


def test_without_a_page_behind_there_is_none() -> None:
    assert write_cursor(None) is None
    assert read_cursor(None) is None


def test_a_cursor_stands_in_an_address_as_it_is() -> None:
    assert GOOD is not None
    assert GOOD.replace("-", "").replace("_", "").isalnum()
    assert str(UUID(int=7)) not in GOOD


@pytest.mark.parametrize(
    "written",
    [
        "",
        "x",
        "1.2",
        f"{GOOD}=",
        f"{GOOD}AAAA",
        f" {GOOD}",
        "ä",
        "'; drop",
        "_" * 32,
        "f" + "_" * 31,
    ],
)
def test_nothing_else_is_one(written: str) -> None:
    with pytest.raises(Problem) as refused:
        read_cursor(written)

    assert refused.value.kind is Kind.MALFORMED


@given(some.text(max_size=60))
def test_whatever_is_sent_is_read_or_refused(written: str) -> None:
    with suppress(Problem):
        assert isinstance(read_cursor(written), Bookmark)


@given(some.lists(some.integers(), max_size=20), some.integers(1, 10))
def test_pages_give_everything_once_and_end_where_there_is_no_more(
    everything: list[int], most: int
) -> None:
    def ask(start: int) -> list[int]:
        return everything[start : start + most + 1]

    def bookmark(_: int) -> Bookmark:
        return Bookmark(NOON, UUID(int=7))

    seen: list[int] = []
    while True:
        page = page_of(ask(len(seen)), most, bookmark)
        seen += page.items
        if page.after is None:
            break
        assert len(page.items) == most
        assert ask(len(seen)) != []

    assert seen == everything
