"""Audiences are saved under a name that is theirs alone, and change as somebody saw them."""

import pytest

from tests.features.audiences.crowd import Crowd
from watchword.features.audiences.rules import (
    Audience,
    AudienceOutOfDate,
    BadFilter,
    Filter,
    NameTaken,
)
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Client
from watchword.features.organisations.rules import LocationId
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import new_id
from watchword.wiring import Services

REGULARS = Filter(tags_any=("regular",), points_from=100)


async def saved(services: Services, shop: Client, name: str = "Regulars") -> Audience:
    made = await services.audiences.create(shop, name, REGULARS)
    assert isinstance(made, Audience)
    return made


async def test_what_is_saved_is_read_again_as_it_was(services: Services, shop: Client) -> None:
    made = await saved(services, shop)

    found = await services.audiences.find(shop.organisation.id, made.id)

    assert found == made
    assert found.choice == REGULARS


async def test_no_two_are_called_alike(services: Services, shop: Client) -> None:
    first, second = await saved(services, shop), await saved(services, shop, "Others")

    assert isinstance(await services.audiences.create(shop, " Regulars ", REGULARS), NameTaken)
    taken = await services.audiences.change(shop, second.id, "Regulars", REGULARS, 1)
    assert isinstance(taken, NameTaken)
    kept = await services.audiences.change(shop, first.id, "Regulars", Filter(), 1)
    assert isinstance(kept, Audience)


async def test_whoever_comes_second_changes_nothing(services: Services, shop: Client) -> None:
    made = await saved(services, shop)
    await services.audiences.change(shop, made.id, "Guests", REGULARS, 1)

    late = await services.audiences.change(shop, made.id, "Everybody", Filter(), 1)

    assert late == AudienceOutOfDate(2)
    assert (await services.audiences.find(shop.organisation.id, made.id)).name == "Guests"


async def test_a_location_that_is_not_ours_is_refused(services: Services, shop: Client) -> None:
    wrong = Filter(bought_at=(LocationId(new_id()),))

    outcome = await services.audiences.create(shop, "Elsewhere", wrong)

    assert isinstance(outcome, BadFilter)
    assert outcome.field == "bought_at"


async def test_what_is_removed_is_gone_and_the_ledger_says_so(
    services: Services, shop: Client
) -> None:
    made = await saved(services, shop)
    await services.audiences.remove(shop, made.id)

    with pytest.raises(NotFound):
        await services.audiences.find(shop.organisation.id, made.id)
    async with services.storage.reading(shop.organisation.id) as transaction:
        entries = await AuditStore(transaction, shop.organisation.id).about(f"audience:{made.id}")
    assert {each.action for each in entries} == {"audience.created", "audience.removed"}


async def test_tags_follow_whom_they_are_about(crowd: Crowd) -> None:
    services, whose = crowd.services, crowd.caller.organisation.id
    kept, merged = await crowd.come(tags=["regular"]), await crowd.come(tags=["late"])
    await services.customers.merge(crowd.caller, kept.id, merged.id, "one person")

    assert await services.tags.of(whose, merged.id) == ["late", "regular"]
    assert await services.tags.kinds(whose) == ["late", "regular"]

    async with services.storage.begin(whose) as transaction:
        await services.customers.forget(transaction, crowd.caller, kept.id, "asked for it")
    assert await services.tags.kinds(whose) == []
