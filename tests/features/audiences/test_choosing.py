"""A filter finds exactly whom it means, of many and a few at once; and never whom nobody may
write to."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from tests.features.audiences.crowd import Crowd, Somebody, a_phone, is_meant
from watchword.features.audiences.rules import EVERYBODY, Filter
from watchword.features.audiences.service import Audiences
from watchword.features.consents.rules import Scope, Source
from watchword.features.customers.rules import Changes, Customer
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId

TAGS = ("regular", "bakery", "late")


async def mixed(crowd: Crowd, many: int) -> tuple[list[Somebody], list[LocationId]]:
    """Let a crowd come in which everything is met with everything."""
    chance, places = Random(8), list[LocationId]()  # noqa: S311 - a crowd, no secret
    for name in ("Lübeck", "Kiel"):
        place = await crowd.services.configuration.locations.add(
            crowd.caller.organisation.id, name=name, time_zone=None, actor="test"
        )
        assert isinstance(place, Location)
        places.append(place.id)
    people = [
        await crowd.come(
            points=chance.choice((0, 99, 100, 500)),
            locale=chance.choice(("de", "en")),
            tags=[each for each in TAGS if chance.random() < 0.4],
            scopes=[each for each in Scope if chance.random() < 0.6],
            bought=[
                (crowd.ago(chance.choice((1, 30, 60, 90))), chance.choice((None, *places)))
                for _ in range(chance.choice((0, 0, 1, 2)))
            ],
            verified=chance.random() < 0.5,
        )
        for _ in range(many)
    ]
    return people, places


def filters(crowd: Crowd, places: list[LocationId]) -> Iterator[Filter]:
    some = (
        EVERYBODY,
        Filter(consents=(Scope.EMAIL,)),
        Filter(consents=(Scope.EMAIL, Scope.WHATSAPP)),
        Filter(points_from=100),
        Filter(points_to=99),
        Filter(points_from=99, points_to=100),
        Filter(never_bought=True),
        Filter(bought_since=crowd.ago(30)),
        Filter(not_bought_since=crowd.ago(30)),
        Filter(bought_since=crowd.ago(90), not_bought_since=crowd.ago(30)),
        Filter(bought_at=(places[0],)),
        Filter(bought_at=tuple(places), bought_since=crowd.ago(30)),
        Filter(bought_at=(places[1],), not_bought_since=crowd.ago(1)),
        Filter(tags_any=("regular", "late")),
        Filter(tags_none=("regular", "late")),
        Filter(tags_any=("bakery",), tags_none=("late",)),
        Filter(languages=("en",)),
        Filter(card_verified=True),
        Filter(card_verified=False),
    )
    yield from some
    yield Filter(
        *((Scope.TEXT,), 99, 500, (), crowd.ago(60), None, False, ("regular", "bakery")),
        *((), ("de", "en"), None),
    )


async def test_a_filter_means_exactly_those_of_whom_all_is_true(crowd: Crowd) -> None:
    people, places = await mixed(crowd, 40)

    for said in filters(crowd, places):
        wanted = [one for one in people if is_meant(one, said)]
        count = await crowd.services.audiences.count(crowd.caller.organisation.id, said)

        assert count.customers == len(wanted), said
        assert count.is_whole
        for scope in Scope:
            reached = {one.id for one in wanted if scope in one.scopes}
            assert count.by(scope) == len(reached), (said, scope)
            chosen = [id for id, _ in await crowd.chosen(said, scope, most=7)]
            assert {*chosen} == reached, (said, scope)
            assert len(chosen) == len(reached)


async def test_whoever_said_stop_or_is_not_reached_is_nobody(crowd: Crowd) -> None:
    stays, stops, breaks, leaves = [await crowd.come() for _ in range(4)]
    services, whose = crowd.services, crowd.caller.organisation
    async with services.storage.begin(whose.id) as transaction:
        await services.consents.consents.stop(
            transaction, whose, stops.phone, Source.MESSAGE, Scope.TEXT
        )
        broken = await services.contacts.known(transaction, whose.id, breaks.phone)
        assert broken is not None
        await services.customers.mark_bad(transaction, whose.id, broken)
        await services.customers.forget(transaction, crowd.caller, leaves.id, "asked for it")

    assert [id for id, _ in await crowd.chosen(EVERYBODY)] == [stays.id]
    count = await services.audiences.count(whose.id, EVERYBODY)
    assert (count.customers, count.by(Scope.TEXT)) == (3, 1)


async def test_of_several_telephones_the_one_counts_that_was_shown_and_then_the_newest(
    crowd: Crowd,
) -> None:
    services, whose, one = crowd.services, crowd.caller.organisation.id, await crowd.come()
    newer, shown = a_phone("+491709999991"), a_phone("+491709999992")
    for each in (shown, newer):
        changed = await services.customers.change(
            crowd.caller, one.id, Changes(adds=(each,)), await version(crowd, one)
        )
        assert isinstance(changed, Customer)
        await crowd.agree(each, Scope.TEXT)
    ids = {}
    async with services.storage.begin(whose) as transaction:
        for each in (newer, shown):
            ids[each.masked] = str(await services.contacts.known(transaction, whose, each))
        # The last of them came later; on a fast machine in the same microsecond.
        await transaction.run(
            "update customer_contacts set added_at = added_at + 5 where contact_id = :id",
            id=ids[newer.masked],
        )
    assert await crowd.chosen(EVERYBODY) == [(one.id, ids[newer.masked])]

    async with services.storage.begin(whose) as transaction:
        id = await services.contacts.known(transaction, whose, shown)
        assert id is not None
        await services.customers.mark_verified(transaction, whose, one.id, id)

    assert await crowd.chosen(EVERYBODY) == [(one.id, ids[shown.masked])]


async def version(crowd: Crowd, one: Somebody) -> int:
    return (await crowd.services.customers.read(crowd.caller.organisation.id, one.id)).version


async def test_another_organisation_has_nobody_of_ours(crowd: Crowd, tester: object) -> None:
    await crowd.come()
    other = replace(crowd, caller=tester)  # type: ignore[arg-type]

    assert await other.chosen(EVERYBODY) == []


async def nobody_needs(*_: object, **_named: object) -> bool:
    return False


@pytest.mark.parametrize(("patience", "counted"), [(1.5, 4), (0.5, 2)])
async def test_a_count_that_takes_too_long_says_at_least(
    crowd: Crowd, patience: float, counted: int
) -> None:
    for _ in range(4):
        await crowd.come()
    ticks = iter((0.0, 1.0, 1.0, 1.0))
    audiences = Audiences(
        storage=crowd.services.storage,
        requests=crowd.services.requests,
        needed=nobody_needs,
        at_once=2,
        patience=patience,
        clock=lambda: next(ticks),
    )

    count = await audiences.count(crowd.caller.organisation.id, EVERYBODY)

    assert count.customers == counted
    assert count.is_whole is (counted == 4)
