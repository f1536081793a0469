"""What becomes of a service of another product, whatever it is told to have."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.stores import NOON
from watchword.features.schemes.meters.rules import (
    BOUNDS_AT_MOST,
    LONGEST,
    METERS_AT_MOST,
    MOST_AT_MOST,
    Bound,
    BoundId,
    Meter,
    MeterId,
)
from watchword.features.schemes.rules import (
    LENGTH_AT_LEAST,
    LENGTH_AT_MOST,
    Manner,
    Scheme,
    SchemeId,
    is_name,
)
from watchword.features.schemes.senders.rules import Sender
from watchword.features.schemes.takeovers.rules import (
    Here,
    Taking,
    Told,
    ToldBound,
    ToldMeter,
    Why,
    taking,
)
from watchword.foundation.ids import Id

LATER = NOON + timedelta(days=1)
SHOP = SchemeId(Id(int=1))

ids = some.uuids().map(lambda drawn: Id(int=drawn.int))
bounds = some.builds(
    ToldBound, ids.map(BoundId), some.integers(1, 2000), some.sampled_from([1, 60, 3600, 90_000])
)
meters = some.builds(
    ToldMeter,
    ids.map(MeterId),
    some.sampled_from([f"by_{letter}" for letter in "abcdefghijkl"]),
    some.none() | some.just("Why"),
    some.lists(bounds, max_size=8),
)
told = some.builds(
    Told,
    id=some.just(SHOP),
    name=some.sampled_from(["Shop", "Bank"]),
    manner=some.builds(Manner, code_length=some.integers(), lookup_enabled=some.booleans()),
    meters=some.lists(meters, max_size=14, unique_by=lambda meter: meter.id),
    senders=some.dictionaries(some.sampled_from(["DE", "FR", "all"]), some.just("MG1")),
    webhooks=some.integers(0, 2),
)


def written(here: Here, taken: Taking) -> Here:
    """Give what is there once all steps are done."""
    things: dict[tuple[type, UUID | str], object] = {}
    for thing in (here.scheme, *here.meters, *here.bounds, *here.senders):
        if thing is not None:
            things[_name(thing)] = thing
    for step in taken.steps:
        assert (_name(step.thing) in things) is not step.is_new
        things[_name(step.thing)] = step.thing
    return Here(
        scheme=next((each for each in things.values() if isinstance(each, Scheme)), None),
        meters=[each for each in things.values() if isinstance(each, Meter)],
        bounds=[each for each in things.values() if isinstance(each, Bound)],
        senders=[each for each in things.values() if isinstance(each, Sender)],
    )


def _name(thing: object) -> tuple[type, UUID | str]:
    named = thing.country if isinstance(thing, Sender) else thing.id  # type: ignore[attr-defined]
    return type(thing), named


@given(told)
def test_what_was_taken_over_is_known_again(one: Told) -> None:
    here = written(Here(), taking(one, Here(), NOON))

    again = taking(one, here, LATER)

    assert again.steps == ()


@given(told, told)
def test_nothing_is_ever_more_than_there_may_be(one: Told, other: Told) -> None:
    here = written(Here(), taking(one, Here(), NOON))
    here = written(here, taking(other, here, LATER))

    assert len(here.meters) <= METERS_AT_MOST
    assert len({meter.name for meter in here.meters}) == len(here.meters)
    for meter in here.meters:
        bounds = [bound for bound in here.bounds if bound.meter_id == meter.id]
        assert len(bounds) <= BOUNDS_AT_MOST
        assert len({bound.seconds for bound in bounds}) == len(bounds)
        assert all(bound.most <= MOST_AT_MOST for bound in bounds)
        assert all(timedelta(seconds=bound.seconds) <= LONGEST for bound in bounds)


@given(told, some.integers())
def test_codes_have_a_length_that_they_can_have_and_another_one_is_said(
    one: Told, length: int
) -> None:
    taken = taking(replace(one, manner=Manner(code_length=length)), Here(), NOON)

    [scheme] = [each.thing for each in taken.steps if isinstance(each.thing, Scheme)]
    said = {each.why for each in taken.left} & {Why.TOO_SHORT, Why.TOO_LONG}
    kept = scheme.manner.code_length
    assert LENGTH_AT_LEAST <= kept <= LENGTH_AT_MOST
    assert said == (
        {Why.TOO_SHORT} if length < kept else {Why.TOO_LONG} if length > kept else set()
    )


@given(told)
def test_each_rate_limit_is_written_or_said_to_be_left(one: Told) -> None:
    taken = taking(one, Here(), NOON)

    there = {meter.id for meter in written(Here(), taken).meters}
    left = {each.what for each in taken.left}
    for meter in one.meters:
        assert meter.id in there or f"the rate limit {meter.name}" in left


@given(told, some.text(max_size=40))
def test_no_codes_go_out_under_a_name_that_none_could_be_given_here(one: Told, name: str) -> None:
    taken = taking(replace(one, name=name), Here(), NOON)

    schemes = [each.thing for each in taken.steps if isinstance(each.thing, Scheme)]
    assert [each.name for each in schemes] == ([name] if is_name(name) else [])
    assert (Why.NO_NAME in {each.why for each in taken.left}) is not is_name(name)
    assert is_name(name) or taken.steps == ()


@pytest.mark.parametrize("name", ["shop.example/win", "Call 12345", "Rosen\u202ehof", "x" * 33, ""])
def test_a_service_of_such_a_name_stays_as_it_is_here(name: str) -> None:
    one = Told(id=SHOP, name="Shop", manner=Manner(), senders={"DE": "MG1"})
    here = written(Here(), taking(one, Here(), NOON))

    taken = taking(replace(one, name=name, manner=Manner(code_length=8)), here, LATER)

    assert taken.steps == ()
    assert [(each.what, each.why) for each in taken.left] == [("the service", Why.NO_NAME)]


def test_an_organisation_that_is_full_takes_no_more() -> None:
    one = Told(id=SHOP, name="Shop", manner=Manner())

    taken = taking(one, Here(is_full=True), NOON)

    assert taken.steps == ()
    assert [each.why for each in taken.left] == [Why.TOO_MANY]
