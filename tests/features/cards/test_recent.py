"""A contact point that somebody here added is good for nothing until it was there for a while."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.features.cards.conftest import Centre, on_the_phone, reached
from tests.features.customers.people import ANNA, customer, email, phone
from tests.stores import NOON
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.evidence import Compared, Evidence
from watchword.features.cards.means import Means
from watchword.features.cards.on_file import known_before
from watchword.features.cards.recent import counts_from, without_recent
from watchword.features.cards.registration.rules import Registrant
from watchword.features.cards.verdicts import Confirmed, NoCallBack, RecentContact
from watchword.features.contacts.rules import ContactId, ContactKind
from watchword.features.customers.rules import Customer
from watchword.features.organisations.settings.sections import SectionName
from watchword.foundation.secret import Secret

DAY, LATER = timedelta(hours=24), timedelta(days=30)
MOBILE = "0171 7654321"
MOMENTS = st.integers(0, 72).map(lambda hours: NOON + timedelta(hours=hours))


def known(added: datetime, verified: datetime | None = None) -> Customer:
    """Give somebody who came at noon, and to whom a telephone belongs since a moment."""
    anna = customer(ANNA, phone())
    theirs = replace(anna.contacts[0], added_at=added, verified_at=verified)
    return replace(anna, created_at=NOON, contacts=[theirs])


@pytest.mark.parametrize(
    ("added", "verified", "counts"),
    [
        (NOON, None, NOON),
        (NOON, NOON + LATER, NOON),
        (NOON + LATER, None, NOON + LATER + DAY),
        (NOON + LATER, NOON + LATER + timedelta(minutes=1), NOON + LATER + timedelta(minutes=1)),
        # It was shown to be theirs when it was somebody else's, who has become them since.
        (NOON + LATER, NOON + timedelta(days=1), NOON + LATER + DAY),
    ],
    ids=["came_with_them", "came_and_shown", "added", "added_and_shown", "shown_before"],
)
def test_what_came_with_a_customer_counts_at_once_and_what_was_added_after_a_day(
    added: datetime, verified: datetime | None, counts: datetime
) -> None:
    anna = known(added, verified)

    assert counts_from(anna, anna.contacts[0], DAY) == counts


@given(added=MOMENTS, verified=st.none() | MOMENTS, now=MOMENTS, hours=st.integers(1, 48))
def test_each_contact_point_counts_or_has_a_moment_and_none_of_those_added_counts_unproven(
    added: datetime, verified: datetime | None, now: datetime, hours: int
) -> None:
    anna, wait = known(added, verified), timedelta(hours=hours)
    [theirs] = anna.contacts

    found = without_recent(anna, wait, now)

    assert (theirs in found.customer.contacts) != (theirs.contact_id in found.recent)
    assert all(moment > now for moment in found.recent.values())
    if added > NOON and not (verified and added <= verified <= now) and now < added + wait:
        assert not found.customer.contacts


def test_an_old_card_is_not_proven_at_a_number_that_staff_gave_its_owner_a_moment_ago() -> None:
    owner = known(NOON + LATER)
    registrant = replace(owner, contacts=[replace(owner.contacts[0], added_at=NOON)])

    early = known_before(registrant, owner, DAY, NOON + LATER)
    late = known_before(registrant, owner, DAY, NOON + LATER + DAY)

    mine = registrant.contacts[0].contact_id
    assert (early.customer.contacts, early.recent) == ([], {mine: NOON + LATER + DAY})
    assert [each.contact_id for each in late.customer.contacts] == [mine]


async def added(centre: Centre, anna: Customer) -> ContactId:
    centre.time.pass_by(timedelta(hours=1))
    after = await centre.change(anna, adds=[phone(MOBILE)])
    before = {each.contact_id for each in anna.contacts}
    return next(each.contact_id for each in after.contacts if each.contact_id not in before)


async def test_a_manager_verifies_no_stranger_by_a_number_that_they_added_themselves(
    centre: Centre,
) -> None:
    anna, manager = await centre.customer(), await centre.colleague()
    card, mine = await centre.card(anna), await added(centre, anna)
    room, by_phone = centre.services.cards.confirmations, on_the_phone(called_back=mine)
    seen = Evidence(compared=frozenset({*by_phone.compared}), called_back=mine)

    called = await centre.confirm(manager, card, Means.PHONE, by_phone)
    sent = await room.send_code(manager, card.id, mine, None)
    coded = await centre.services.cards.attempts.begin(centre.client, card.id, Means.SMS, mine)
    shown = (await room.known(manager, card.id)).recent
    # In the shop nobody is called back, so nothing is shown about the number either.
    in_the_shop = await centre.confirm(manager, await centre.card(anna), Means.IN_STORE, seen)
    after = await centre.services.customers.read(centre.client.organisation.id, anna.id)

    assert called == sent == coded == RecentContact(shown[mine])
    assert isinstance(in_the_shop, Confirmed)
    assert [each.contact_id for each in after.contacts if each.verified_at] == []
    assert [*shown] == [mine]


async def test_a_number_that_was_added_counts_a_day_later(centre: Centre) -> None:
    anna, manager = await centre.customer(), await centre.colleague()
    card, mine = await centre.card(anna), await added(centre, anna)
    attempts = centre.services.cards.attempts

    centre.time.pass_by(DAY)

    assert isinstance(await attempts.begin(centre.client, card.id, Means.SMS, mine), Attempt)
    by_phone = on_the_phone(called_back=mine)
    assert isinstance(await centre.confirm(manager, card, Means.PHONE, by_phone), Confirmed)


async def test_an_organisation_says_how_long_and_the_page_of_ways_leaves_out_what_is_recent(
    centre: Centre,
) -> None:
    anna = await centre.customer(email())
    card, mine = await centre.card(anna), await added(centre, anna)
    await centre.set(SectionName.VERIFICATION, '{"recent_hours": 2}')
    seen = await centre.services.customers.read(centre.client.organisation.id, anna.id)
    attempts, whose = centre.services.cards.attempts, Registrant(centre.client.organisation)

    before = await attempts.offered(centre.client.organisation, seen)
    centre.time.pass_by(timedelta(hours=2))
    after = await attempts.offered(centre.client.organisation, seen)

    assert Means.SMS not in {each.means for each in before}
    assert Means.SMS in {each.means for each in after}
    assert isinstance(await attempts.begin(whose, card.id, Means.SMS, mine), Attempt)


async def test_who_becomes_one_with_a_stranger_brings_no_number_that_verifies_their_card(
    centre: Centre,
) -> None:
    anna, manager = await centre.customer(), await centre.colleague()
    card = await centre.card(anna)
    friend = await centre.customer(phone(MOBILE), email(), name="Maier")
    await centre.verified(Means.SMS, friend)
    mine = reached(friend, ContactKind.PHONE)

    centre.time.pass_by(timedelta(hours=1))
    await centre.services.customers.merge(manager, friend.id, anna.id, "They are one person.")

    called = await centre.confirm(manager, card, Means.PHONE, on_the_phone(called_back=mine))
    theirs = reached(anna, ContactKind.PHONE)
    other = await centre.confirm(manager, card, Means.PHONE, on_the_phone(called_back=theirs))
    shared = await centre.services.cards.attempts.begin(centre.client, card.id, Means.EMAIL)
    assert isinstance(called, RecentContact)
    assert isinstance(other, RecentContact)
    assert isinstance(shared, Attempt)


async def test_who_says_that_they_called_back_names_a_number_that_is_on_file(
    centre: Centre,
) -> None:
    stranger = reached(await centre.customer(phone(MOBILE), email()), ContactKind.PHONE)
    anna, manager = await centre.customer(), await centre.colleague()
    card = await centre.card(anna)
    number = reached(anna, ContactKind.PHONE)
    await centre.services.cards.confirmations.send_code(manager, card.id, number, None)
    both = Evidence(
        compared=frozenset(Compared), read_back=Secret(centre.dealt.latest), called_back=stranger
    )

    assert await centre.confirm(manager, card, Means.PHONE, both) == NoCallBack()
