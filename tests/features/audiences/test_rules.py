"""A filter is refused as a whole, early, and with the name of the field."""

from datetime import date

import pytest

from watchword.features.audiences.rules import (
    EVERYBODY,
    LOCATIONS_AT_MOST,
    POINTS_AT_MOST,
    BadFilter,
    Filter,
    find_fault_of_name,
    read_filter,
)
from watchword.features.consents.rules import Scope
from watchword.features.organisations.rules import LocationId
from watchword.foundation.ids import new_id

TODAY, LOCALES = date(2026, 11, 23), {"de", "en"}


def read(said: Filter) -> Filter | BadFilter:
    return read_filter(said, LOCALES, TODAY)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("points_from", Filter(points_from=-1)),
        ("points_to", Filter(points_to=POINTS_AT_MOST + 1)),
        ("points_to", Filter(points_from=10, points_to=9)),
        ("bought_since", Filter(bought_since=date(1999, 12, 31))),
        ("bought_since", Filter(bought_since=date(2026, 11, 24))),
        ("not_bought_since", Filter(not_bought_since=date(2026, 11, 24))),
        (
            "not_bought_since",
            Filter(bought_since=date(2026, 5, 1), not_bought_since=date(2026, 5, 1)),
        ),
        ("never_bought", Filter(never_bought=True, bought_since=date(2026, 5, 1))),
        ("never_bought", Filter(never_bought=True, bought_at=(LocationId(new_id()),))),
        ("tags_any", Filter(tags_any=("a" * 33,))),
        ("tags_none", Filter(tags_none=("<b>",))),
        ("tags_none", Filter(tags_any=("Regular",), tags_none=("regular ",))),
        ("languages", Filter(languages=("tlh",))),
        (
            "bought_at",
            Filter(bought_at=tuple(LocationId(new_id()) for _ in range(LOCATIONS_AT_MOST + 1))),
        ),
    ],
)
def test_what_nobody_can_be_is_refused_with_the_field(field: str, said: Filter) -> None:
    outcome = read(said)

    assert isinstance(outcome, BadFilter)
    assert outcome.field == field


def test_words_are_written_in_one_way_and_once() -> None:
    said = Filter(
        consents=(Scope.TEXT, Scope.EMAIL, Scope.TEXT),
        tags_any=(" Regular  Guest", "regular guest", ""),
        languages=("en", "de", "en"),
    )

    assert read(said) == Filter(
        consents=(Scope.EMAIL, Scope.TEXT), tags_any=("regular guest",), languages=("de", "en")
    )


def test_whoever_says_nothing_means_everybody() -> None:
    assert read(EVERYBODY) == EVERYBODY


@pytest.mark.parametrize("name", ["", "   ", "a" * 61, "two\nlines"])
def test_a_name_can_be_read_in_one_line(name: str) -> None:
    assert find_fault_of_name(name)
