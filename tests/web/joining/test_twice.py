"""Whoever registers twice: with the code they have one card, and before it nobody sees anything."""

import pytest

from tests.web.joining.garden import EMAIL, Garden
from tests.web.joining.test_old_cards import OTHER, SECOND, masked, old_card
from watchword.features.cards.claims.rules import ClaimState
from watchword.features.cards.means import Assurance
from watchword.features.cards.rules import Card, CardState
from watchword.features.customers.rules import CustomerState


async def proven(garden: Garden, **typed: str) -> str:
    """Register and show it with a code; give the page after it."""
    browser = await garden.choose(await garden.register(typed=typed), "sms")
    await browser.press("Verify the card", code=garden.dealt.latest)
    garden.time.pass_by(SECOND)
    return browser.page


def shows(page: str, card: Card) -> bool:
    """Say whether a page shows the number of a card, in whatever groups."""
    return f"{card.last_four}</p>" in page.replace(" ", "")


async def at_work(garden: Garden) -> list[Card]:
    return [each for each in await garden.cards() if each.state is not CardState.DELETED]


async def test_who_has_proven_a_card_and_registers_again_has_one_card_after_the_code(
    garden: Garden,
) -> None:
    await proven(garden)
    [card] = await garden.cards()
    await garden.give(card.account_id, 100)
    again = await garden.choose(await garden.register(email=EMAIL), "sms")
    fresh = (await at_work(garden))[-1]
    await garden.give(fresh.account_id, 20)

    await again.press("Verify the card", code=garden.dealt.latest)

    assert shows(again.page, card)
    [left] = await at_work(garden)
    assert (left.id, left.state, left.assurance) == (
        card.id,
        CardState.VERIFIED,
        Assurance.CONTACT,
    )
    [account] = await garden.accounts(left.customer_id)
    assert account.points == 120
    assert [each.state for each in await garden.claims()] == [ClaimState.LINKED]
    merged = await garden.services.customers.read(garden.organisation.id, fresh.customer_id)
    assert (merged.id, merged.state) == (card.customer_id, CustomerState.ACTIVE)


@pytest.mark.parametrize("different", [{"day": "8"}, {"given_name": "Maria"}, {"mobile": OTHER}])
async def test_somebody_else_keeps_a_card_of_their_own(
    garden: Garden, different: dict[str, str]
) -> None:
    await proven(garden)

    page = await proven(garden, **different)

    assert "Your card is verified" in page
    assert [each.state for each in await at_work(garden)] == [CardState.VERIFIED] * 2


async def test_a_card_that_staff_have_seen_is_not_joined_by_a_code(garden: Garden) -> None:
    await proven(garden)
    [card] = await garden.cards()
    async with garden.services.storage.begin(garden.organisation.id) as transaction:
        await transaction.run("update cards set assurance = 3 where id = :id", id=str(card.id))

    await proven(garden)

    assert len(await at_work(garden)) == 2


async def test_two_who_have_proven_nothing_are_shown_to_staff_once_one_has(garden: Garden) -> None:
    first = await garden.register()
    before = masked((await first.open(f"{garden.path}/card")).reply)
    none = await garden.services.duplicates.page(garden.organisation.id, None, 9)

    await proven(garden)

    [pair] = (await garden.services.duplicates.page(garden.organisation.id, None, 9)).items
    assert none.items == []
    assert {pair.first.id, pair.second.id} == {each.customer_id for each in await garden.cards()}
    assert masked((await first.open(f"{garden.path}/card")).reply) == before
    await garden.choose(first, "sms")
    await first.press("Verify the card", code=garden.dealt.latest)
    assert len(await at_work(garden)) == 1
    assert (await garden.services.duplicates.page(garden.organisation.id, None, 9)).items == []


async def test_an_old_card_that_one_person_registers_with_twice_is_not_frozen_and_is_theirs(
    garden: Garden,
) -> None:
    old = await old_card(garden)
    first = await garden.register()
    second = await garden.register(email=EMAIL)
    assert (await garden.now(old)).frozen_at is None
    assert [each.state for each in await garden.claims()] == [ClaimState.LINKED]

    await garden.choose(second, "sms")
    await second.press("Verify the card", code=garden.dealt.latest)

    assert shows(second.page, old)
    assert (await garden.now(old)).state is CardState.VERIFIED
    assert (await garden.now(old)).linked_from == old.customer_id
    assert "Verify your card" in (await first.open(f"{garden.path}/card")).page
    garden.time.pass_by(SECOND)
    await garden.choose(first, "sms")
    await first.press("Verify the card", code=garden.dealt.latest)
    assert shows(first.page, old)
    assert [each.id for each in await at_work(garden)] == [old.id]


async def test_an_old_card_is_not_taken_by_whoever_proves_something_else(garden: Garden) -> None:
    old = await old_card(garden)
    await garden.register()
    other = await garden.register(email=EMAIL)

    await garden.choose(other, "email")
    await other.press("Verify the card", code=garden.dealt.latest)

    assert "Your card is verified" in other.page
    assert (await garden.now(old)).state is CardState.UNVERIFIED
    assert old.last_four not in other.page
