"""What staff confirm: by reference, on evidence, with a name, and never for themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.features.cards.conftest import Centre, on_the_phone, reached, ticketed
from tests.features.customers.people import email, phone, post
from watchword.features.approvals.rules import Approved, Proposal, Request, YourOwn
from watchword.features.approvals.rules import Kind as Approval
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.confirmations.service import Waiting
from watchword.features.cards.evidence import Compared, Evidence
from watchword.features.cards.means import Assurance, Means
from watchword.features.cards.rules import CardState
from watchword.features.cards.verdicts import (
    AlreadyVerified,
    Confirmed,
    NeedsReason,
    NoCallBack,
    NotAllowed,
    NothingOpen,
    NotOffered,
    NotRead,
    OtherReference,
    YourOwnCard,
)
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactKind
from watchword.features.customers.accounts.rules import Role as AccountRole
from watchword.features.customers.accounts.store import AccountStore
from watchword.features.delivery.routes import SANDBOX
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.staff.permissions import Role
from watchword.foundation.secret import Secret

WHY = "Lost the telephone."


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
    [text] = await said(centre)
    wrong = await centre.confirm(
        agent, card, Means.PHONE, on_the_phone(read_back=Secret(centre.dealt.wrong))
    )
    typed = await centre.services.cards.attempts.answer(centre.client, card.id, code)
    evidence = on_the_phone(read_back=Secret(code), reference=reference)
    right = await centre.confirm(agent, card, Means.PHONE, evidence)

    assert isinstance(elsewhere, NotOffered)
    assert isinstance(sent, Attempt)
    assert ticketed(sent).reveal() == reference.reveal()
    assert f"Lesen Sie diesen Code {agent.organisation.name} am Telefon vor" in text
    assert "um Ihre Karte zu verifizieren" in text
    assert wrong == NotRead(4)
    assert isinstance(typed, NothingOpen)
    assert isinstance(right, Confirmed)
    assert right.card.assurance is Assurance.MATCHED


async def said(centre: Centre) -> list[str]:
    """Give the words of what waits to be sent by telephone."""
    deliveries = centre.services.deliveries
    opened = [await deliveries.open(each) for each in await deliveries.claim(SANDBOX, 9)]
    return [each.text.reveal() for each in opened if each.channel is not Channel.EMAIL]


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


async def test_nobody_verifies_the_card_of_those_they_share_a_telephone_with(
    centre: Centre,
) -> None:
    ben = await centre.colleague(Role.OWNER, name="ben")
    await centre.customer(email("ben@example.org"), phone(), post())
    wife = await centre.card(await centre.customer(email("eva@example.org"), phone()))
    neighbour = await centre.card(await centre.customer(phone("0170 7654321"), post()))
    begun = await centre.begin(wife, Means.IN_STORE)

    found = await centre.services.cards.confirmations.find(ben, ticketed(begun).reveal())

    assert await centre.confirm(ben, wife, Means.IN_STORE) == YourOwnCard()
    assert isinstance(found, Waiting)
    assert found.is_own
    assert isinstance(await centre.confirm(ben, neighbour, Means.IN_STORE), Confirmed)


async def test_nobody_verifies_the_card_of_an_account_that_they_hold_too(centre: Centre) -> None:
    ben = await centre.colleague(Role.OWNER, name="ben")
    own = await centre.customer(email("ben@example.org"))
    card = await centre.card(await centre.customer(phone()))
    assert not await centre.services.cards.confirmations.is_own(ben, card)
    whose = centre.client.organisation.id
    async with centre.services.storage.begin(whose) as transaction:
        [account] = await centre.services.customers.accounts(transaction, whose, card.customer_id)
        joint = replace(account, role=AccountRole.JOINT)
        await AccountStore(transaction, whose).add_holder(joint, own.id)

    assert await centre.confirm(ben, card, Means.IN_STORE) == YourOwnCard()
    assert isinstance(
        await centre.confirm(await centre.colleague(), card, Means.IN_STORE), Confirmed
    )


async def test_the_seventh_means_needs_a_reason_that_stays_in_the_history(
    centre: Centre,
) -> None:
    manager, card = await centre.colleague(), await centre.card()
    bare = Evidence(compared=frozenset())

    await centre.set(SectionName.VERIFICATION, '{"other_for_staff": true}')
    wordless = await centre.confirm(manager, card, Means.OTHER, bare)
    done = await centre.confirm(manager, card, Means.OTHER, bare, reason=WHY)

    assert wordless == NeedsReason()
    assert isinstance(done, Confirmed)
    assert (done.card.method, done.card.assurance) == (Means.OTHER, Assurance.NONE)
    [said] = await centre.services.cards.cards.history(centre.client, card.id)
    assert said.reason is not None
    assert said.reason.reveal() == WHY


async def test_the_seventh_means_is_off_until_somebody_switches_it_on(centre: Centre) -> None:
    manager, card = await centre.colleague(), await centre.card()

    outcome = await centre.confirm(manager, card, Means.OTHER, reason=WHY)

    assert isinstance(outcome, NotOffered)


async def test_an_override_needs_a_second_person_where_the_organisation_wants_one(
    centre: Centre,
) -> None:
    manager, card = await centre.colleague(), await centre.card()
    await centre.set(SectionName.VERIFICATION, '{"other_for_staff": true}')
    await centre.set(SectionName.APPROVALS, '{"card_override": true}')

    outcome = await centre.confirm(manager, card, Means.OTHER, reason=WHY)
    seen = await centre.confirm(manager, await centre.card(), Means.IN_STORE)

    assert isinstance(outcome, NeedsSecondPerson)
    assert str(card.id) in outcome.subject
    assert isinstance(seen, Confirmed)
    assert (await centre.now(card)).state is CardState.UNVERIFIED


async def test_what_a_second_person_agreed_to_is_confirmed_once_and_by_whoever_asked(
    centre: Centre,
) -> None:
    manager, other = await centre.colleague(), await centre.colleague(Role.OWNER)
    card, another = await centre.card(), await centre.card()
    await centre.set(SectionName.VERIFICATION, '{"other_for_staff": true}')
    await centre.set(SectionName.APPROVALS, '{"card_override": true}')
    needed = await centre.confirm(manager, card, Means.OTHER, reason=WHY)
    assert isinstance(needed, NeedsSecondPerson)
    approvals, whose = centre.services.configuration.approvals, centre.client.organisation.id
    proposal = Proposal(kind=Approval.CARD_OVERRIDE, subject=needed.subject, reason=WHY)
    asked = await approvals.propose(whose, proposal, actor=manager.actor)
    assert isinstance(asked, Request)

    alone = await centre.confirm(manager, card, Means.OTHER, reason=WHY)
    themselves = await approvals.approve(whose, asked.id, actor=manager.actor)
    agreed = await approvals.approve(whose, asked.id, actor=other.actor)
    for_another_card = await centre.confirm(manager, another, Means.OTHER, reason=WHY)
    by_another_person = await centre.confirm(other, card, Means.OTHER, reason=WHY)
    done = await centre.confirm(manager, card, Means.OTHER, reason=WHY)
    await centre.services.cards.cards.withdraw(centre.client, card.id, "It was a mistake.")
    again = await centre.confirm(manager, card, Means.OTHER, reason=WHY)

    for refused in (alone, for_another_card, by_another_person, again):
        assert isinstance(refused, NeedsSecondPerson)
    assert isinstance(themselves, YourOwn)
    assert isinstance(agreed, Approved)
    assert isinstance(done, Confirmed)
    assert (await centre.history(card))[0].evidence[-1] == "approved"


async def test_a_card_that_was_overridden_is_really_verified_later(centre: Centre) -> None:
    manager, card = await centre.colleague(), await centre.card()
    await centre.set(SectionName.VERIFICATION, '{"other_for_staff": true}')
    await centre.confirm(manager, card, Means.OTHER, reason=WHY)

    seen = await centre.confirm(manager, card, Means.IN_STORE)
    again = await centre.confirm(manager, card, Means.IN_STORE)

    assert isinstance(seen, Confirmed)
    assert seen.card.method is Means.IN_STORE
    assert isinstance(again, AlreadyVerified)
