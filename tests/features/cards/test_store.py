"""Cards, their histories and attempts come back as they were kept, and only to whom they belong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.features.cards.deck import EMAIL, PHONE, card, confirmed, withdrawn
from tests.stores import BANK, NOON, SHOP, MovableTime
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.attempts.store import AttemptStore, SealedReference
from watchword.features.cards.history.store import DenialDirectory, HistoryStore
from watchword.features.cards.means import Assurance, Means
from watchword.features.cards.rules import Because, Card, CardState, blocked, derived, frozen
from watchword.features.cards.store import CardStore, SealedNumber
from watchword.features.challenges.rules import ChallengeId
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import LocationId
from watchword.foundation.ids import EVERYWHERE, new_id
from watchword.foundation.pages import Bookmark
from watchword.foundation.storage import ConstraintViolated, Storage


def number(mark: str = "1") -> SealedNumber:
    return SealedNumber(index=mark.encode() * 8, sealed=b"sealed" + mark.encode())


async def keep(house: Storage, *cards: Card) -> None:
    async with house.begin(BANK) as transaction:
        store = CardStore(transaction, BANK)
        for place, each in enumerate(cards):
            assert await store.add(each, number(str(place)))


async def test_a_card_comes_back_as_it_was_kept(house: Storage) -> None:
    old = replace(
        derived(card(), [confirmed(Means.LETTER, PHONE)], NOON),
        linked_from=CustomerId(new_id()),
    )
    await keep(house, card(), frozen(old, NOON))

    async with house.reading(BANK) as transaction:
        store = CardStore(transaction, BANK)
        assert await store.get(old.id) == frozen(old, NOON)
        assert await store.of_customers([old.customer_id]) == [frozen(old, NOON)]
        assert await store.by_number(number("1").index) == frozen(old, NOON)
        assert await store.number(old.id) == number("1").sealed
        assert await store.by_number(b"unknown") is None


async def test_a_number_is_given_once_and_the_first_card_keeps_it(house: Storage) -> None:
    first, second = card(), card()

    async with house.begin(BANK) as transaction:
        store = CardStore(transaction, BANK)
        added = [await store.add(first, number()), await store.add(second, number())]
        await store.add_many([(second, number()), (card(), number("2"))])

    assert added == [True, False]
    async with house.reading(BANK) as transaction:
        store = CardStore(transaction, BANK)
        assert await store.get(second.id) is None
        assert len(await store.page(None, None, 10)) == 2


async def test_others_see_nothing_of_it(house: Storage) -> None:
    ours = card()
    await keep(house, ours)

    async with house.reading(EVERYWHERE) as transaction:
        store = CardStore(transaction, SHOP)
        found = [await store.get(ours.id), await store.by_number(number("0").index)]
        assert found == [None, None]
        assert await store.page(None, None, 10) == []


async def test_what_was_changed_is_kept(house: Storage, time: MovableTime) -> None:
    before = card()
    await keep(house, before)

    async with house.begin(BANK) as transaction:
        store = CardStore(transaction, BANK)
        held = await store.hold(before.id)
        assert held == before
        after = blocked(held, time.pass_by(timedelta(hours=1)))
        await store.save(after)

    async with house.reading(BANK) as transaction:
        assert await CardStore(transaction, BANK).get(before.id) == after


async def test_pages_give_each_card_once_the_newest_first(house: Storage) -> None:
    many = [
        card(
            created_at=NOON + timedelta(seconds=place // 2),
            state=CardState.VERIFIED if place % 3 == 0 else CardState.UNVERIFIED,
        )
        for place in range(9)
    ]
    await keep(house, *many)

    async with house.reading(BANK) as transaction:
        store = CardStore(transaction, BANK)
        seen: list[Card] = []
        after: Bookmark | None = None
        while page := await store.page(None, after, 2):
            seen += page
            after = Bookmark(page[-1].created_at, page[-1].id)
        verified = await store.page(CardState.VERIFIED, None, 10)

    assert sorted(each.id for each in seen) == sorted(each.id for each in many)
    assert [each.created_at for each in seen] == sorted(
        (each.created_at for each in many), reverse=True
    )
    assert {each.id for each in verified} == {each.id for each in many[::3]}


async def test_a_history_comes_back_line_by_line_in_its_order(house: Storage) -> None:
    mine = card()
    lines = [
        confirmed(
            Means.PHONE,
            PHONE,
            1,
            card_id=mine.id,
            at=NOON,
            location=LocationId(new_id()),
            challenge_id=ChallengeId(new_id()),
            evidence=("name", "call_back"),
        ),
        withdrawn(Because.CONTACT_CHANGED, PHONE, 2, card_id=mine.id, at=NOON),
        confirmed(Means.EMAIL, EMAIL, 3, card_id=mine.id, at=NOON),
    ]

    async with house.begin(BANK) as transaction:
        store = HistoryStore(transaction, BANK)
        for line in lines[:2]:
            await store.add(line, sealed_reason=b"why", denial_tag=str(line.position).encode())
        await store.add_many(lines[2:])

    async with house.reading(BANK) as transaction:
        store = HistoryStore(transaction, BANK)
        assert await store.of_card(mine.id) == lines
        assert [why for _, why in await store.reasons(mine.id)] == [b"why", b"why", None]
        challenge_id = lines[0].challenge_id
        assert challenge_id is not None
        assert await store.by_challenge(challenge_id) == lines[0]
        assert await store.by_challenge(ChallengeId(new_id())) is None
    async with house.reading(EVERYWHERE) as transaction:
        directory = DenialDirectory(transaction)
        assert await directory.find(b"2") == (BANK, mine.id, lines[1].id)
        assert await directory.find(b"9") is None
        assert await HistoryStore(transaction, SHOP).of_card(mine.id) == []


async def test_two_lines_never_have_one_place(house: Storage) -> None:
    with pytest.raises(ConstraintViolated):
        async with house.begin(BANK) as transaction:
            store = HistoryStore(transaction, BANK)
            await store.add(confirmed(Means.SMS))
            await store.add(confirmed(Means.SMS))


def attempt(means: Means = Means.IN_STORE, **said: object) -> Attempt:
    known: dict[str, object] = {
        "card_id": card().id,
        "means": means,
        "created_at": NOON,
        "expires_at": NOON + timedelta(hours=24),
    }
    return Attempt(**{**known, **said})  # type: ignore[arg-type]


async def test_a_new_attempt_takes_the_place_of_the_one_before(house: Storage) -> None:
    first = attempt()
    second = replace(first, means=Means.SMS, challenge_id=ChallengeId(new_id()), contact_id=PHONE)

    async with house.begin(BANK) as transaction:
        store = AttemptStore(transaction, BANK)
        await store.save(first, SealedReference(b"index", b"sealed"))
        kept = await store.of_card(first.card_id)
        await store.save(second)
        after = await store.hold(first.card_id)

        assert kept == (first, SealedReference(b"index", b"sealed"))
        assert after == second
        assert await store.by_reference(b"index") is None
        await store.drop(first.card_id)
        assert await store.of_card(first.card_id) is None


async def test_a_reference_finds_its_card_for_a_day(house: Storage, time: MovableTime) -> None:
    waiting = attempt()
    async with house.begin(BANK) as transaction:
        store = AttemptStore(transaction, BANK)
        await store.save(waiting, SealedReference(b"index", b"sealed"))
        assert await store.by_reference(b"index") == waiting

    time.pass_by(timedelta(hours=24))

    async with house.reading(BANK) as transaction:
        assert await AttemptStore(transaction, BANK).by_reference(b"index") is None


async def test_an_override_and_how_sure_we_are_survive_being_kept(house: Storage) -> None:
    override = derived(card(), [confirmed(Means.OTHER)], NOON)
    await keep(house, override)

    async with house.reading(BANK) as transaction:
        found = await CardStore(transaction, BANK).get(override.id)

    assert found is not None
    assert (found.method, found.assurance) == (Means.OTHER, Assurance.NONE)
