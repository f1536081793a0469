"""Lists of cards: whose they are and what they hold, in as few questions as one card takes."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar, cast

from tests.features.cards.conftest import Centre
from tests.features.customers.people import phone
from watchword.features.cards.means import Means
from watchword.features.cards.register.service import CardRegister, Hits
from watchword.features.cards.rules import CardState
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.settings.sections import SectionName
from watchword.foundation.ids import Id, Reach
from watchword.foundation.pages import Bookmark, Page
from watchword.foundation.storage import Row, Storage, Transaction, Value

Item = TypeVar("Item")
WHY = "same person, seen at the counter"


async def test_a_page_takes_three_questions_however_many_cards_it_has(centre: Centre) -> None:
    for number in range(12):
        await centre.card(await centre.customer(phone(f"0170 12345{number:02}")))

    few, many = await asked(centre, 1), await asked(centre, 12)

    assert few == many == 3  # cards, whose they are, what they hold


async def test_a_list_leaves_sealed_how_customers_are_reached(centre: Centre) -> None:
    card = await centre.card(await centre.customer(phone("0170 1234567"), name="Adler"))
    cards, whose = centre.services.cards.register, centre.client.organisation.id

    [listed] = (await cards.page(whose, None, None, 25)).items
    whole = await cards.one(whose, card.id)

    assert listed.customer is not None
    assert whole.customer is not None
    assert (listed.customer.profile.family_name, listed.customer.contacts) == ("Adler", ())
    assert [each.contact.masked for each in whole.customer.contacts] != []


async def test_lists_go_on_where_they_stopped_also_within_one_moment(centre: Centre) -> None:
    cards = [await centre.card() for _ in range(3)]
    centre.time.pass_by(timedelta(minutes=1))
    cards += [await centre.card() for _ in range(2)]
    whose, services = centre.client.organisation.id, centre.services
    register = services.cards.register

    listed = await whole(lambda after: register.page(whose, None, after, 2))
    of_state = await whole(lambda after: register.page(whose, CardState.UNVERIFIED, after, 2))
    people = await whole(lambda after: services.customers.page(whose, after, 2))
    pairs = await whole(lambda after: services.duplicates.page(whose, after, 3))

    newest = sorted(cards, key=lambda card: (card.created_at, str(card.id)), reverse=True)
    assert [each.card.id for each in listed] == [card.id for card in newest]
    assert [each.card.id for each in of_state] == [card.id for card in newest]
    assert {each.id for each in people} == {card.customer_id for card in cards}
    assert [each.created_at for each in people] == [card.created_at for card in newest]
    found = [(pair.duplicate.found_at, str(pair.duplicate.id)) for pair in pairs]
    assert found == sorted({*found})
    assert len(found) == 10  # each of five may be each of the others


async def test_a_search_asks_no_more_often_for_many_than_for_one(centre: Centre) -> None:
    await centre.card(await centre.customer(name="Einzig"))
    for _ in range(8):
        await centre.card(await centre.customer(name="Vielfach"))

    one, many = Counting(centre.services.storage), Counting(centre.services.storage)
    await register(centre, one).search(centre.client.organisation.id, "Einzig")
    found = await register(centre, many).search(centre.client.organisation.id, "Vielfach")

    assert isinstance(found, Hits)
    assert len(found.holdings) == 8
    assert one.count == many.count == 2  # cards, and what they hold: whose they are was just read


async def test_each_card_stands_beside_its_own_customer_and_account(centre: Centre) -> None:
    names = ["Adler", "Bussard", "Condor"]
    cards = [await centre.card(await centre.customer(name=name)) for name in names]
    second = await centre.card(
        await centre.services.customers.read(centre.client.organisation.id, cards[0].customer_id)
    )

    page = await centre.services.cards.register.page(centre.client.organisation.id, None, None, 25)

    told = {
        each.card.id: each.customer and each.customer.profile.family_name for each in page.items
    }
    assert told == dict(zip([each.id for each in cards], names, strict=True)) | {second.id: "Adler"}
    assert all(each.account and each.account.id == each.card.account_id for each in page.items)


async def test_a_card_of_somebody_who_was_forgotten_is_nobody_s(centre: Centre) -> None:
    gone, stays = await centre.card(await centre.customer(name="Adler")), await centre.card()
    async with centre.services.storage.begin(centre.client.organisation.id) as transaction:
        await centre.services.customers.forget(
            transaction, centre.client, gone.customer_id, "They asked for it."
        )

    page = await centre.services.cards.register.page(centre.client.organisation.id, None, None, 25)

    nobody = {each.card.id: each.customer is None and each.account is None for each in page.items}
    assert nobody == {gone.id: True, stays.id: False}


async def test_many_are_read_by_old_ids_and_by_new_ones(centre: Centre) -> None:
    kept, merged, other = [await centre.customer(name=name) for name in ("Uhu", "Uhl", "Specht")]
    await centre.services.customers.merge(centre.client, kept.id, merged.id, WHY)
    unknown, whose = CustomerId(Id(int=1)), centre.client.organisation.id

    async with centre.services.storage.reading(whose) as transaction:
        found = await centre.services.customers.some(
            transaction, whose, [merged.id, other.id, unknown]
        )

    assert {id: each.id for id, each in found.items()} == {merged.id: kept.id, other.id: other.id}


async def test_what_a_customer_says_not_to_have_been_is_told_until_somebody_sees_to_it(
    centre: Centre,
) -> None:
    denied = await centre.card()
    told, whose = centre.services.cards.register.denied, centre.client.organisation.id
    await centre.services.cards.notices.deny(await centre.told(denied))
    other = await centre.verified()
    await centre.services.cards.cards.withdraw(centre.client, other.id, "Lost.")

    first = await told(whose)
    await centre.services.cards.cards.block(centre.client, denied.id, "Somebody else has it.")
    seen_to = await told(whose)
    await centre.services.cards.cards.unblock(centre.client, denied.id, "It was a mistake.")
    again = await told(whose)
    await centre.confirm(await centre.colleague(), denied, Means.IN_STORE)

    assert [each.card.id for each in first] == [denied.id]
    assert seen_to == []
    assert [each.card.id for each in again] == [denied.id]
    assert await told(whose) == []


async def test_what_was_said_long_ago_is_told_no_more(centre: Centre) -> None:
    await centre.services.cards.notices.deny(await centre.told(await centre.card()))

    centre.time.pass_by(timedelta(days=30, seconds=1))

    assert await centre.services.cards.register.denied(centre.client.organisation.id) == []


async def test_what_was_confirmed_for_another_reason_stands_apart_and_is_counted(
    centre: Centre,
) -> None:
    await centre.set(SectionName.VERIFICATION, '{"other_for_staff": true}')
    ben, cleo = await centre.colleague(), await centre.colleague()
    cards = [
        await centre.card(await centre.customer(name=name)) for name in ("Uhu", "Star", "Pirol")
    ]
    for by, card in zip((ben, cleo, cleo), cards, strict=True):
        centre.time.pass_by(timedelta(minutes=1))
        await centre.confirm(by, card, Means.OTHER, reason="Lost the telephone.")
    await centre.confirm(ben, await centre.card(), Means.IN_STORE)
    overrides, whose = centre.services.cards.register.overrides, centre.client.organisation.id

    first = await overrides(whose, None, 2)
    rest = await overrides(whose, first.page.after, 2)

    told = [each.holding.card.id for page in (first, rest) for each in page.page.items]
    assert told == [card.id for card in reversed(cards)]
    assert [*first.counts.items()] == [(cleo.actor, 2), (ben.actor, 1)]
    assert [each.line.actor for each in first.page.items] == [cleo.actor, cleo.actor]
    centre.time.pass_by(timedelta(days=30, seconds=1))
    assert (await overrides(whose, None, 2)).counts == {}


async def whole(page: Callable[[Bookmark | None], Awaitable[Page[Item]]]) -> list[Item]:
    """Go through a list page by page."""
    read = await page(None)
    items = [*read.items]
    while read.after is not None:
        read = await page(read.after)
        items += read.items
    return items


async def asked(centre: Centre, most: int) -> int:
    counting = Counting(centre.services.storage)
    page = await register(centre, counting).page(centre.client.organisation.id, None, None, most)
    assert len(page.items) == most
    return counting.count


def register(centre: Centre, counting: "Counting") -> CardRegister:
    return CardRegister(
        storage=cast(Storage, counting),
        cards=centre.services.cards.cards,
        customers=centre.services.customers,
    )


@dataclass
class Counting:
    """Counts what is asked of the database."""

    storage: Storage
    count: int = 0

    @asynccontextmanager
    async def reading(self, reach: Reach = None) -> AsyncIterator["_Counted"]:
        async with self.storage.reading(reach) as transaction:
            yield _Counted(transaction, self)


@dataclass
class _Counted:
    transaction: Transaction
    counting: Counting

    async def one(self, sql: str, /, **values: Value) -> Row | None:
        self.counting.count += 1
        return await self.transaction.one(sql, **values)

    async def all(self, sql: str, /, **values: Value) -> Sequence[Row]:
        self.counting.count += 1
        return await self.transaction.all(sql, **values)
