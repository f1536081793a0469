"""What happens to cards, from the first code to the last objection."""

import pytest

from tests.features.cards.conftest import Centre, reached, ticketed
from tests.features.customers.people import email, phone, post
from tests.stores import at_rest
from watchword.features.audit.rules import Action
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.means import Means
from watchword.features.cards.rules import Because, Card, CardState, Kind
from watchword.features.cards.verdicts import (
    AlreadyVerified,
    BadNumber,
    CameBack,
    Confirmed,
    Frozen,
    NeedsReason,
    NotAtWork,
    NothingChanged,
    NothingOpen,
    NotOffered,
    NumberTaken,
)
from watchword.features.challenges.rules import Status
from watchword.features.challenges.verdicts import Over, Wrong
from watchword.features.contacts.rules import ContactKind
from watchword.features.customers.rules import Profile
from watchword.features.organisations.settings.sections import SectionName
from watchword.foundation.errors import NotFound

CODES = [Means.SMS, Means.EMAIL, Means.WHATSAPP, Means.LETTER]


@pytest.mark.parametrize("means", CODES)
async def test_a_code_that_comes_back_verifies_the_card_once(centre: Centre, means: Means) -> None:
    card = await centre.card()
    attempts = centre.services.cards.attempts
    begun = await centre.begin(card, means)

    ended = await attempts.answer(centre.client, card.id, centre.dealt.latest)
    again = await attempts.answer(centre.client, card.id, centre.dealt.latest)

    assert isinstance(ended, Confirmed)
    assert isinstance(again, AlreadyVerified)
    after = await centre.now(card)
    assert (after.state, after.method) == (CardState.VERIFIED, means)
    history = await centre.history(card)
    assert [line.challenge_id for line in history] == [begun.challenge_id]
    customer = await centre.services.customers.read(centre.client.organisation.id, card.customer_id)
    shown = [each.contact_id for each in customer.contacts if each.verified_at is not None]
    assert shown == [begun.contact_id]
    assert [each.action for each in await centre.ledger(card)].count(Action.CARD_VERIFIED) == 1


async def test_a_wrong_code_verifies_nothing(centre: Centre) -> None:
    card = await centre.card()
    await centre.begin(card, Means.SMS)

    ended = await centre.services.cards.attempts.answer(centre.client, card.id, centre.dealt.wrong)

    assert isinstance(ended, Wrong)
    assert (await centre.now(card)).state is CardState.UNVERIFIED


async def test_a_code_for_one_card_is_good_for_no_other(centre: Centre) -> None:
    family = await centre.customer(phone())
    mine, yours = await centre.card(family), await centre.card(family)
    await centre.begin(mine, Means.SMS)
    code = centre.dealt.latest

    ended = await centre.services.cards.attempts.answer(centre.client, yours.id, code)

    assert isinstance(ended, NothingOpen)
    assert (await centre.now(yours)).state is CardState.UNVERIFIED


async def test_another_way_ends_the_one_before(centre: Centre) -> None:
    card = await centre.card()
    first = await centre.begin(card, Means.LETTER)
    code = centre.dealt.latest

    await centre.begin(card, Means.IN_STORE)

    assert first.challenge_id is not None
    shown = await centre.services.challenges.read(centre.client, first.challenge_id)
    assert shown.status is Status.CANCELLED
    ended = await centre.services.cards.attempts.answer(centre.client, card.id, code)
    assert isinstance(ended, NothingOpen)


async def test_a_letter_s_code_after_a_text_message_is_told_already_verified(
    centre: Centre,
) -> None:
    card = await centre.card()
    await centre.begin(card, Means.LETTER)
    letter = centre.dealt.latest
    await centre.begin(card, Means.SMS)
    attempts = centre.services.cards.attempts
    await attempts.answer(centre.client, card.id, centre.dealt.latest)

    ended = await attempts.answer(centre.client, card.id, letter)

    assert isinstance(ended, AlreadyVerified)


async def test_a_code_after_its_letter_came_back_is_told_so(centre: Centre) -> None:
    customer = await centre.customer()
    card = await centre.card(customer)
    begun = await centre.begin(card, Means.LETTER)
    code = centre.dealt.latest
    assert begun.challenge_id is not None
    await centre.services.challenges.cancel(centre.client, begun.challenge_id)
    whose = centre.client.organisation.id
    async with centre.services.storage.begin(whose) as transaction:
        address = reached(customer, ContactKind.POST)
        await centre.services.customers.mark_bad(transaction, whose, address)

    ended = await centre.services.cards.attempts.answer(centre.client, card.id, code)

    assert isinstance(ended, CameBack)


async def test_an_effect_that_was_lost_follows_with_the_next_answer(centre: Centre) -> None:
    card = await centre.card()
    begun = await centre.begin(card, Means.SMS)
    assert begun.challenge_id is not None
    # The right code came, and we died before anything followed from it.
    await centre.services.challenges.answer(
        centre.client, begun.challenge_id, centre.dealt.latest, str(card.id)
    )

    ended = await centre.services.cards.attempts.answer(centre.client, card.id, centre.dealt.latest)

    assert isinstance(ended, Confirmed)
    assert len(await centre.history(card)) == 1


async def test_only_ways_that_are_on_and_lead_somewhere_can_be_gone(centre: Centre) -> None:
    card = await centre.card(await centre.customer(email()))
    begin = centre.services.cards.attempts.begin
    await centre.set(SectionName.VERIFICATION, '{"methods": ["sms", "email"]}')

    outcomes = [await begin(centre.client, card.id, means) for means in Means]

    gone = [each.means for each in outcomes if isinstance(each, Attempt)]
    refused = [each.means for each in outcomes if isinstance(each, NotOffered)]
    assert gone == [Means.EMAIL]
    assert {*refused} == {*Means} - {Means.EMAIL}


async def test_a_code_goes_to_no_contact_point_that_is_somebody_else_s(centre: Centre) -> None:
    card = await centre.card()
    other = await centre.customer(phone("0170 7654321"))

    begun = await centre.services.cards.attempts.begin(
        centre.client, card.id, Means.SMS, reached(other, ContactKind.PHONE)
    )

    assert isinstance(begun, NotOffered)


async def test_another_name_is_shown_again_and_another_spelling_is_not(centre: Centre) -> None:
    customer = await centre.customer()
    card = await centre.verified(customer=customer)

    await centre.change(customer, profile=Profile("Anna", "MUELLER"))
    spelt = (await centre.now(card)).state
    await centre.change(customer, profile=Profile("Anna", "Schmidt"))

    assert spelt is CardState.VERIFIED
    assert (await centre.now(card)).state is CardState.UNVERIFIED
    history = await centre.history(card)
    assert [line.kind for line in history] == [Kind.CONFIRMED, Kind.WITHDRAWN]
    assert history[1].because is Because.NAME_CHANGED


async def test_what_rests_on_a_contact_point_falls_with_it_and_nothing_else(
    centre: Centre,
) -> None:
    customer = await centre.customer()
    by_phone = await centre.verified(Means.SMS, customer)
    by_mail = await centre.verified(Means.EMAIL, customer)
    pending = await centre.card(customer)
    waits = await centre.begin(pending, Means.WHATSAPP)

    await centre.change(customer, removes=[reached(customer, ContactKind.PHONE)])

    assert (await centre.now(by_phone)).state is CardState.UNVERIFIED
    assert (await centre.now(by_mail)).state is CardState.VERIFIED
    assert waits.challenge_id is not None
    shown = await centre.services.challenges.read(centre.client, waits.challenge_id)
    assert shown.status is Status.CANCELLED
    last = (await centre.history(by_phone))[-1]
    assert last.because is Because.CONTACT_CHANGED


async def test_a_contact_point_that_goes_bad_takes_with_it_what_rests_on_it(
    centre: Centre,
) -> None:
    customer = await centre.customer()
    card, other = await centre.verified(Means.LETTER, customer), await centre.verified()
    whose = centre.client.organisation.id

    async with centre.services.storage.begin(whose) as transaction:
        await centre.services.cards.effects.mark_bad(
            transaction, whose, reached(customer, ContactKind.POST)
        )

    assert (await centre.now(card)).state is CardState.UNVERIFIED
    assert (await centre.now(other)).state is CardState.VERIFIED
    assert (await centre.history(card))[-1].because is Because.CONTACT_BAD


async def test_two_who_become_one_show_their_cards_again(centre: Centre) -> None:
    kept, merged = await centre.customer(), await centre.customer(email("anna.m@example.org"))
    stays = await centre.verified(Means.SMS, kept)
    moves = await centre.verified(Means.EMAIL, merged)
    waits = await centre.card(merged, "4711 0815")
    begun = await centre.begin(waits, Means.EMAIL)

    await centre.services.customers.merge(centre.client, kept.id, merged.id, "Same person.")

    for card in (stays, moves):
        after = await centre.now(card)
        assert (after.state, after.customer_id) == (CardState.UNVERIFIED, kept.id)
        assert [line.because for line in await centre.history(card)] == [None, Because.MERGED]
    assert begun.challenge_id is not None
    shown = await centre.services.challenges.read(centre.client, begun.challenge_id)
    assert shown.status is Status.CANCELLED
    number = (await centre.services.cards.cards.open(centre.client, waits.id)).number
    assert number is not None
    assert number.reveal() == "47110815"


async def test_staff_take_back_what_was_confirmed_with_a_reason(centre: Centre) -> None:
    card = await centre.verified()
    withdraw = centre.services.cards.cards.withdraw

    wordless = await withdraw(centre.client, card.id, " ")
    done = await withdraw(centre.client, card.id, "Somebody else has the card.")
    again = await withdraw(centre.client, card.id, "Somebody else has the card.")

    assert wordless == NeedsReason()
    assert isinstance(done, Card)
    assert done.state is CardState.UNVERIFIED
    assert again == NothingChanged()


async def test_a_blocked_card_waits_and_comes_back_as_verified_as_it_was(centre: Centre) -> None:
    card, cards = await centre.verified(), centre.services.cards.cards

    blocked = await cards.block(centre.client, card.id, "Lost.")
    begun = await centre.services.cards.attempts.begin(centre.client, card.id, Means.SMS)
    open_again = await cards.unblock(centre.client, card.id, "Found.")
    gone = await cards.delete(centre.client, card.id, "Moved away.")
    too_late = await cards.unblock(centre.client, card.id, "Came back.")

    assert isinstance(blocked, Card)
    assert blocked.state is CardState.BLOCKED
    assert isinstance(begun, NotAtWork)
    assert isinstance(open_again, Card)
    assert open_again.state is CardState.VERIFIED
    assert isinstance(gone, Card)
    assert gone.state is CardState.DELETED
    assert too_late == NothingChanged()


async def test_a_card_that_is_frozen_is_verified_by_nothing_and_its_code_shows_nothing_of_it(
    centre: Centre,
) -> None:
    card = await centre.card()
    begun = await centre.begin(card, Means.SMS)
    whose, cards = centre.client.organisation.id, centre.services.cards.cards

    async with centre.services.storage.begin(whose) as transaction:
        await cards.freeze(transaction, centre.client, card.id)

    assert begun.challenge_id is not None
    under_way = await centre.services.challenges.read(centre.client, begun.challenge_id)
    assert under_way.status is not Status.CANCELLED
    ended = await centre.services.cards.attempts.answer(centre.client, card.id, centre.dealt.latest)
    confirmed = await centre.confirm(await centre.colleague(), card, Means.IN_STORE)
    assert ended == confirmed == Frozen()
    async with centre.services.storage.begin(whose) as transaction:
        await cards.thaw(transaction, centre.client, card.id)
    assert isinstance(await centre.begin(card, Means.SMS), Attempt)


async def test_a_card_that_becomes_another_s_keeps_its_number_and_nothing_that_was_shown(
    centre: Centre,
) -> None:
    old = await centre.customer()
    card = await centre.card(old, "4711 0815")
    await centre.begin(card, Means.SMS)
    await centre.services.cards.attempts.answer(centre.client, card.id, centre.dealt.latest)
    new = await centre.customer(email("anna.mueller@example.org"))
    whose, cards = centre.client.organisation.id, centre.services.cards.cards

    async with centre.services.storage.begin(whose) as transaction:
        linked = await cards.link(transaction, centre.client, card.id, new.id)

    opened = await cards.open(centre.client, card.id)
    assert (linked.customer_id, linked.linked_from) == (new.id, old.id)
    assert opened.state is CardState.UNVERIFIED
    assert opened.number is not None
    assert opened.number.reveal() == "47110815"


async def test_a_number_is_found_however_it_is_typed_and_given_once(centre: Centre) -> None:
    card = await centre.card(number="0012-ab 34")
    cards, whose = centre.services.cards.cards, centre.client.organisation.id

    found = await cards.find(whose, "0012AB34")
    without_zeros = await cards.find(whose, "12AB34")
    twice = await cards.create(centre.client, card.customer_id, "0012 AB34")
    bad = await cards.create(centre.client, card.customer_id, "ÄÖÜ!")
    drawn = await centre.card()

    assert found is not None
    assert found.id == card.id
    assert without_zeros is None
    assert isinstance(twice, NumberTaken)
    assert isinstance(bad, BadNumber)
    assert drawn.number is not None
    assert len(drawn.number.reveal()) == 13


async def test_cards_of_one_customer_share_an_account(centre: Centre) -> None:
    customer = await centre.customer()

    first, second = await centre.card(customer), await centre.card(customer)

    assert first.account_id == second.account_id
    assert first.account_id != (await centre.card()).account_id


async def test_what_rests_in_the_database_shows_neither_number_nor_reference_nor_reason(
    centre: Centre, migrated: str
) -> None:
    card = await centre.card(number="47110815")
    reference = ticketed(await centre.begin(card, Means.IN_STORE))
    await centre.services.cards.cards.create(centre.client, card.customer_id)
    await centre.set(SectionName.VERIFICATION, '{"other_for_staff": true}')
    await centre.confirm(await centre.colleague(), card, Means.OTHER, reason="Knows the gardener.")

    rests = await at_rest(migrated)

    for secret in ("47110815", reference.reveal(), "Knows the gardener."):
        assert secret.encode() not in rests


async def test_a_card_that_nobody_has_is_not_found(centre: Centre) -> None:
    gone = (await centre.card()).customer_id

    with pytest.raises(NotFound):
        await centre.services.cards.cards.read(centre.client.organisation.id, gone)  # type: ignore[arg-type]


async def test_after_it_is_over_an_answer_says_so(centre: Centre) -> None:
    card = await centre.card(await centre.customer(phone(), post()))
    begun = await centre.begin(card, Means.SMS)
    assert begun.challenge_id is not None
    await centre.services.challenges.cancel(centre.client, begun.challenge_id)

    ended = await centre.services.cards.attempts.answer(centre.client, card.id, centre.dealt.latest)

    assert isinstance(ended, Over)


async def test_what_was_said_stays_readable_however_often_its_customer_is_merged(
    centre: Centre,
) -> None:
    why = "Seen at the counter."
    first, second, third = [await centre.customer(phone(f"0170 765432{n}")) for n in range(3)]
    card = await centre.verified(Means.SMS, first)
    await centre.services.cards.cards.withdraw(centre.client, card.id, why)
    merge = centre.services.customers.merge

    await merge(centre.client, second.id, first.id, why)
    await merge(centre.client, third.id, second.id, why)

    said = await centre.services.cards.cards.history(centre.client, card.id)
    assert [each.reason.reveal() for each in said if each.reason] == [why]
