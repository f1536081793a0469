"""What a file may write into the book, whatever it says and whatever the book says by then."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.consents.imported.rules import (
    BETWEEN,
    Known,
    page_of,
    to_be_written,
)
from watchword.features.consents.rules import Latest, Scope, Standing
from watchword.features.imports.agreements import Way
from watchword.features.imports.ports import Agreed

AT = datetime(2024, 5, 17, tzinfo=UTC)
ANN = Agreed(way=Way.TEXT, digest=b"ann", contact_id=None, at=AT, wording="Yes.")
PAGE = page_of(ANN)


def written(known: Known, *agreed: Agreed) -> list[int]:
    return [number for _, number in to_be_written(agreed or [ANN], known)]


def latest(standing: Standing, at: datetime) -> Known:
    return Known(latest={PAGE: Latest(4, standing, at)})


def test_each_way_is_one_that_can_be_agreed_to() -> None:
    assert [*Way] == [*Scope]


def test_what_the_book_does_not_know_is_its_first_line() -> None:
    assert written(Known()) == [1]


def test_one_page_of_the_book_gets_one_line_of_a_batch() -> None:
    assert written(Known(), ANN, replace(ANN, wording="No.", at=AT + BETWEEN)) == [1]


def test_who_has_said_stop_or_no_stays_out() -> None:
    assert written(Known(opted_out={b"ann"})) == []
    assert written(Known(declined={PAGE})) == []
    assert written(Known(declined={(b"ann", Scope.WHATSAPP)})) == [1], "They said no to that alone."


def test_who_agrees_by_the_book_gets_no_second_line() -> None:
    assert written(latest(Standing.GIVEN, AT - timedelta(days=900))) == []


@pytest.mark.parametrize(
    ("before", "lines"),
    [
        (timedelta(days=-1), []),
        (timedelta(), []),
        (BETWEEN, []),
        (BETWEEN + timedelta(seconds=1), [5]),
    ],
)
def test_after_a_revocation_only_what_is_surely_younger_is_written(
    before: timedelta, lines: list[int]
) -> None:
    assert written(latest(Standing.WITHDRAWN, AT - before)) == lines


DIGESTS = st.sampled_from([b"ann", b"bob", b"eve"])
PAGES = st.tuples(DIGESTS, st.sampled_from(Scope))
MOMENTS = st.integers(-240, 240).map(lambda hours: AT + timedelta(hours=hours))
FILES = st.lists(
    st.builds(
        Agreed,
        way=st.sampled_from(Way),
        digest=DIGESTS,
        contact_id=st.none(),
        at=MOMENTS,
        wording=st.sampled_from(["Yes.", "Of course."]),
    ),
    max_size=12,
)
BOOKS = st.builds(
    Known,
    opted_out=st.frozensets(DIGESTS, max_size=1),
    declined=st.frozensets(PAGES, max_size=2),
    latest=st.dictionaries(
        PAGES,
        st.builds(
            Latest,
            number=st.integers(1, 9),
            standing=st.sampled_from(Standing),
            created_at=MOMENTS,
        ),
    ),
)


def after(known: Known, lines: Sequence[tuple[Agreed, int]]) -> Known:
    new = {page_of(each): Latest(number, Standing.GIVEN, each.at) for each, number in lines}
    return replace(known, latest={**known.latest, **new})


@given(FILES, BOOKS)
def test_nothing_is_written_over_what_somebody_has_said(file: list[Agreed], book: Known) -> None:
    for each, number in to_be_written(file, book):
        assert each.digest not in book.opted_out
        assert page_of(each) not in book.declined
        last = book.latest.get(page_of(each))
        assert number == (last.number if last else 0) + 1
        assert last is None or (
            last.standing is Standing.WITHDRAWN and last.created_at + BETWEEN < each.at
        )


@given(FILES, BOOKS)
def test_a_file_that_comes_again_in_any_order_writes_nothing(
    file: list[Agreed], book: Known
) -> None:
    lines = [*to_be_written(file, book)]

    assert [*to_be_written([*reversed(file)], after(book, lines))] == []
