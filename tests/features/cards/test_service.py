"""What happens to cards, from the first code to the last objection."""

from datetime import timedelta

import pytest

from tests.features.cards.conftest import Centre, on_the_phone, reached, ticketed
from tests.features.customers.people import email, phone, post
from tests.stores import at_rest
from watchword.features.audit.rules import Action
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.confirmations.service import Waiting
from watchword.features.cards.evidence import Compared, Evidence
from watchword.features.cards.means import Assurance, Means
from watchword.features.cards.rules import Because, Card, CardState, Kind
from watchword.features.cards.verdicts import (
    AlreadyVerified,
    BadNumber,
    CameBack,
    Confirmed,
    Frozen,
    NeedsReason,
    NoCallBack,
    NotAllowed,
    NotAtWork,
    NothingChanged,
    NothingOpen,
    NotOffered,
    NotRead,
    NumberTaken,
    OtherReference,
    YourOwnCard,
)
from watchword.features.challenges.rules import Status
from watchword.features.challenges.verdicts import Over, Wrong
from watchword.features.contacts.rules import ContactKind
from watchword.features.customers.rules import Profile
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.staff.permissions import Role
from watchword.foundation.errors import NotFound
from watchword.foundation.secret import Secret

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


@pytest.mark.parametrize("means", [Means.IN_STORE, Means.PHONE])
async def test_staff_find_a_card_by_its_reference_and_both_screens_show_the_same_words(
    centre: Centre, means: Means
) -> None:
    card = await centre.card()
    begun = await centre.begin(card, means)
    reference = ticketed(begun)

    again = await centre.begin(card, means)
    shown = await centre.services.cards.attempts.current(centre.client, card.id)
    found = await centre.services.cards.confirmations.find(
        await centre.colleague(), f" {reference.reveal().lower()} "
    )

    assert isinstance(found, Waiting)
    assert shown is not None
    assert shown.ticket is not None
    assert begun.ticket is not None
    assert found.attempt.ticket is not None
    assert found.card.id == card.id
    assert found.attempt.ticket.proof == shown.ticket.proof == begun.ticket.proof
    assert ticketed(again).reveal() == reference.reveal()


async def test_a_reference_is_good_for_a_day(centre: Centre) -> None:
    reference = ticketed(await centre.begin(await centre.card(), Means.IN_STORE))
    find, ben = centre.services.cards.confirmations.find, await centre.colleague()

    centre.time.pass_by(timedelta(hours=23, minutes=59))
    before = await find(ben, reference.reveal())
    centre.time.pass_by(timedelta(minutes=1))
    after = await find(ben, reference.reveal())

    assert isinstance(before, Waiting)
    assert after == OtherReference()
    assert await find(ben, "no such thing") == OtherReference()


async def test_what_staff_saw_in_the_shop_is_written_down_with_who_and_where(
    centre: Centre,
) -> None:
    north = await centre.location()
    clerk = await centre.colleague(Role.CLERK, north)
    card = await centre.card()
    reference = ticketed(await centre.begin(card, Means.IN_STORE))
    evidence = Evidence(compared=frozenset({Compared.NAME, Compared.ADDRESS}), reference=reference)

    outcome = await centre.confirm(clerk, card, Means.IN_STORE, evidence, location=north)

    assert isinstance(outcome, Confirmed)
    assert outcome.card.assurance is Assurance.SEEN
    [line] = await centre.history(card)
    assert (line.actor, line.location) == (clerk.actor, north)
    assert line.evidence == ("name", "address", "reference")
    assert await centre.services.cards.attempts.current(centre.client, card.id) is None


async def test_a_clerk_of_one_shop_confirms_nothing_in_another(centre: Centre) -> None:
    north, south = await centre.location("Nord"), await centre.location("Süd")
    clerk = await centre.colleague(Role.CLERK, north)
    card = await centre.card()

    assert isinstance(await centre.confirm(clerk, card, Means.IN_STORE, location=south), NotAllowed)
    assert isinstance(await centre.confirm(clerk, card, Means.IN_STORE), NotAllowed)
    assert isinstance(await centre.confirm(clerk, card, Means.PHONE, location=north), NotAllowed)
    assert isinstance(await centre.confirm(clerk, card, Means.IN_STORE, location=north), Confirmed)


async def test_somebody_else_s_reference_confirms_nothing(centre: Centre) -> None:
    mine, yours = await centre.card(), await centre.card()
    reference = ticketed(await centre.begin(yours, Means.IN_STORE))
    evidence = Evidence(compared=frozenset({Compared.NAME, Compared.CARD}), reference=reference)

    outcome = await centre.confirm(await centre.colleague(), mine, Means.IN_STORE, evidence)

    assert outcome == OtherReference()


async def test_on_the_telephone_staff_call_back_or_nothing_comes_of_it(centre: Centre) -> None:
    customer = await centre.customer()
    card, agent = await centre.card(customer), await centre.colleague(Role.PHONE_AGENT)

    recited = await centre.confirm(agent, card, Means.PHONE, on_the_phone())
    called = await centre.confirm(
        agent,
        card,
        Means.PHONE,
        on_the_phone(called_back=reached(customer, ContactKind.PHONE)),
    )

    assert recited == NoCallBack()
    assert isinstance(called, Confirmed)
    [line] = await centre.history(card)
    assert line.contact_id == reached(customer, ContactKind.PHONE)
    assert "call_back" in line.evidence


async def test_a_code_that_is_read_back_confirms_and_another_does_not(centre: Centre) -> None:
    customer = await centre.customer()
    card, agent = await centre.card(customer), await centre.colleague(Role.PHONE_AGENT)
    reference = ticketed(await centre.begin(card, Means.PHONE))
    number = reached(customer, ContactKind.PHONE)
    send = centre.services.cards.confirmations.send_code
    mailbox = reached(customer, ContactKind.EMAIL)

    elsewhere = await send(agent, card.id, mailbox, None)
    sent = await send(agent, card.id, number, None)
    code = centre.dealt.latest
    wrong = await centre.confirm(
        agent, card, Means.PHONE, on_the_phone(read_back=Secret(centre.dealt.wrong))
    )
    typed = await centre.services.cards.attempts.answer(centre.client, card.id, code)
    evidence = on_the_phone(read_back=Secret(code), reference=reference)
    right = await centre.confirm(agent, card, Means.PHONE, evidence)

    assert isinstance(elsewhere, NotOffered)
    assert isinstance(sent, Attempt)
    assert ticketed(sent).reveal() == reference.reveal()
    assert wrong == NotRead()
    assert isinstance(typed, NothingOpen)
    assert isinstance(right, Confirmed)
    assert right.card.assurance is Assurance.MATCHED


async def test_a_code_that_was_never_sent_is_not_read_back(centre: Centre) -> None:
    card, agent = await centre.card(), await centre.colleague(Role.PHONE_AGENT)
    await centre.begin(card, Means.SMS)

    outcome = await centre.confirm(
        agent, card, Means.PHONE, on_the_phone(read_back=Secret(centre.dealt.latest))
    )

    assert isinstance(outcome, NothingOpen)


async def test_nobody_verifies_their_own_card(centre: Centre) -> None:
    ben = await centre.colleague(Role.OWNER, name="ben")
    own = await centre.card(await centre.customer(email("ben@example.org"), phone()))
    await centre.set(SectionName.VERIFICATION, '{"other_for_staff": true}')

    for means in (Means.IN_STORE, Means.PHONE, Means.OTHER):
        outcome = await centre.confirm(ben, own, means, reason="It is mine.")
        assert outcome == YourOwnCard()
    cleo = await centre.colleague(Role.OWNER)
    assert isinstance(await centre.confirm(cleo, own, Means.IN_STORE), Confirmed)


async def test_the_seventh_means_needs_a_reason_that_stays_in_the_history(
    centre: Centre,
) -> None:
    manager, card = await centre.colleague(), await centre.card()
    bare = Evidence(compared=frozenset())

    await centre.set(SectionName.VERIFICATION, '{"other_for_staff": true}')
    wordless = await centre.confirm(manager, card, Means.OTHER, bare)
    done = await centre.confirm(manager, card, Means.OTHER, bare, reason="Lost the telephone.")

    assert wordless == NeedsReason()
    assert isinstance(done, Confirmed)
    assert (done.card.method, done.card.assurance) == (Means.OTHER, Assurance.NONE)
    [said] = await centre.services.cards.cards.history(centre.client, card.id)
    assert said.reason is not None
    assert said.reason.reveal() == "Lost the telephone."


async def test_the_seventh_means_is_off_until_somebody_switches_it_on(centre: Centre) -> None:
    manager, card = await centre.colleague(), await centre.card()

    outcome = await centre.confirm(manager, card, Means.OTHER, reason="Lost the telephone.")

    assert isinstance(outcome, NotOffered)


async def test_an_override_needs_a_second_person_where_the_organisation_wants_one(
    centre: Centre,
) -> None:
    manager, card = await centre.colleague(), await centre.card()
    await centre.set(SectionName.VERIFICATION, '{"other_for_staff": true}')
    await centre.set(SectionName.APPROVALS, '{"card_override": true}')

    outcome = await centre.confirm(manager, card, Means.OTHER, reason="Lost the telephone.")
    seen = await centre.confirm(manager, await centre.card(), Means.IN_STORE)

    assert isinstance(outcome, NeedsSecondPerson)
    assert str(card.id) in outcome.subject
    assert isinstance(seen, Confirmed)
    assert (await centre.now(card)).state is CardState.UNVERIFIED


async def test_a_card_that_was_overridden_is_really_verified_later(centre: Centre) -> None:
    manager, card = await centre.colleague(), await centre.card()
    await centre.set(SectionName.VERIFICATION, '{"other_for_staff": true}')
    await centre.confirm(manager, card, Means.OTHER, reason="Lost the telephone.")

    seen = await centre.confirm(manager, card, Means.IN_STORE)
    again = await centre.confirm(manager, card, Means.IN_STORE)

    assert isinstance(seen, Confirmed)
    assert seen.card.method is Means.IN_STORE
    assert isinstance(again, AlreadyVerified)


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


async def test_two_claims_freeze_a_card_and_end_what_was_under_way(centre: Centre) -> None:
    card = await centre.card()
    await centre.begin(card, Means.SMS)
    whose, cards = centre.client.organisation.id, centre.services.cards.cards

    async with centre.services.storage.begin(whose) as transaction:
        await cards.freeze(transaction, centre.client, card.id)

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
