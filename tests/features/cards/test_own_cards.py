"""Nobody verifies their own card, whatever they have taken away before."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.features.cards.conftest import Centre, reached
from tests.features.customers.people import email, phone, post
from watchword.features.cards.means import Means
from watchword.features.cards.verdicts import Confirmed, YourOwnCard
from watchword.features.contacts.rules import ContactKind
from watchword.features.customers.rules import Customer
from watchword.features.staff.permissions import Role

Detour = Callable[[Centre, Customer, Customer], Awaitable[object]]


async def take_own_address_off(centre: Centre, ben: Customer, _: Customer) -> None:
    await centre.change(ben, removes=[reached(ben, ContactKind.EMAIL)])


async def take_the_telephone_off_oneself(centre: Centre, ben: Customer, _: Customer) -> None:
    await centre.change(ben, removes=[reached(ben, ContactKind.PHONE)])


async def take_the_telephone_off_the_other(centre: Centre, _: Customer, eva: Customer) -> None:
    await centre.change(eva, removes=[reached(eva, ContactKind.PHONE)])


async def take_it_off_both(centre: Centre, ben: Customer, eva: Customer) -> None:
    await take_the_telephone_off_oneself(centre, ben, eva)
    await take_the_telephone_off_the_other(centre, ben, eva)
    await take_own_address_off(centre, ben, eva)


async def take_it_off_and_merge(centre: Centre, ben: Customer, eva: Customer) -> None:
    await take_it_off_both(centre, ben, eva)
    other = await centre.customer(post("Gartenstraße 9"))
    await centre.services.customers.merge(centre.client, other.id, ben.id, "The same person.")


DETOURS: list[Detour] = [
    take_own_address_off,
    take_the_telephone_off_oneself,
    take_the_telephone_off_the_other,
    take_it_off_both,
    take_it_off_and_merge,
]


@pytest.mark.parametrize("detour", DETOURS)
async def test_what_was_taken_away_lately_counts_as_if_it_were_there(
    centre: Centre, detour: Detour
) -> None:
    ben = await centre.customer(email("ben@example.org"), phone())
    eva = await centre.customer(email("eva@example.org"), phone(), name="Maier")
    neighbour = await centre.card(await centre.customer(email("nora@example.org")))
    own, wife = await centre.card(ben), await centre.card(eva)

    await detour(centre, ben, eva)

    colleague = await centre.colleague(Role.OWNER, name="ben")
    is_own = centre.services.cards.confirmations.is_own
    assert await centre.confirm(colleague, own, Means.IN_STORE) == YourOwnCard()
    assert await centre.confirm(colleague, wife, Means.IN_STORE) == YourOwnCard()
    assert not await is_own(colleague, neighbour)
    centre.time.pass_by(timedelta(days=89))
    assert await is_own(colleague, own)
    cleo = await centre.colleague(Role.OWNER, name="cleo")
    assert isinstance(await centre.confirm(cleo, own, Means.IN_STORE), Confirmed)


async def test_it_is_forgotten_after_ninety_days_and_with_the_customer(centre: Centre) -> None:
    ben = await centre.customer(email("ben@example.org"), phone())
    own, colleague = await centre.card(ben), await centre.colleague(Role.OWNER, name="ben")
    await take_own_address_off(centre, ben, ben)
    is_own = centre.services.cards.confirmations.is_own

    async with centre.services.storage.begin(centre.client.organisation.id) as transaction:
        await centre.services.customers.forget(transaction, centre.client, ben.id, "They asked.")
    forgotten = await is_own(colleague, own)
    other = await centre.customer(email("ben@example.org"))
    card = await centre.card(other)
    await take_own_address_off(centre, other, other)
    centre.time.pass_by(timedelta(days=90))

    assert not forgotten
    assert not await is_own(colleague, card)
