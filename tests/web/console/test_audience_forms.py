"""A filter that is shown in a form and saved again is the same filter, whoever wrote it."""

from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as some

from watchword.features.audiences.rules import FIRST_DAY, BadFilter, Filter, read_filter
from watchword.features.consents.rules import Scope
from watchword.features.organisations.rules import LocationId
from watchword.foundation.ids import Id
from watchword.web.console.audience_forms import read_typed, typed_as, verified_of
from watchword.web.console.forms import Form

TODAY = date(2026, 11, 23)
LOCALES = ("de", "en")
DAYS = some.none() | some.dates(FIRST_DAY, TODAY)
POINTS = some.none() | some.integers(0, 1_000_000)
PLACES = some.sets(some.uuids().map(lambda id: LocationId(Id(str(id)))), max_size=3).map(tuple)


def few(*words: str) -> some.SearchStrategy[tuple[str, ...]]:
    return some.sets(some.sampled_from(words)).map(tuple)


WHENEVER = some.builds(
    Filter,
    bought_since=DAYS,
    not_bought_since=DAYS,
    bought_at=PLACES,
)
PURCHASES = WHENEVER | some.just(Filter(never_bought=True))


@some.composite
def filters(draw: some.DrawFn) -> Filter | BadFilter:
    """Draw what a program may have written."""
    bought = draw(PURCHASES)
    said = Filter(
        consents=draw(some.sets(some.sampled_from(Scope)).map(tuple)),
        points_from=draw(POINTS),
        points_to=draw(some.none() | some.just(1_000_000)),
        bought_at=bought.bought_at,
        bought_since=bought.bought_since,
        not_bought_since=bought.not_bought_since,
        never_bought=bought.never_bought,
        tags_any=draw(few("regular", "roses & more", "a-b", "x+y/z")),
        tags_none=draw(few("new", "st. gallen", "1_2")),
        languages=draw(few(*LOCALES)),
        card_verified=draw(some.sampled_from([None, True, False])),
    )
    return read_filter(said, LOCALES, TODAY)


def sent(filter: Filter) -> Form:
    """Do what a browser does with the form: fields of text, boxes that are ticked, a menu."""
    boxes = [
        *(("consents", str(each)) for each in filter.consents),
        *(("bought_at", str(each)) for each in filter.bought_at),
        *(("languages", each) for each in filter.languages),
        *([("never_bought", "on")] if filter.never_bought else []),
    ]
    return Form([*typed_as(filter).items(), *boxes, ("verified", verified_of(filter))])


@given(filters())
def test_what_is_saved_as_it_was_shown_means_the_same(filter: Filter | BadFilter) -> None:
    assume(isinstance(filter, Filter))  # but for days in the wrong order
    assert isinstance(filter, Filter)

    typed = read_typed(sent(filter))

    assert not typed.problems
    assert read_filter(typed.filter, LOCALES, TODAY) == filter
