"""A customer is told elsewhere that their card was verified, and may say: that was not me."""

from dataclasses import replace

import pytest

from tests.features.cards.conftest import Centre, reached
from tests.features.customers.people import ANNA, customer, email, phone, post
from tests.stores import NOON
from watchword.features.audit.rules import Action
from watchword.features.cards.means import Means
from watchword.features.cards.notices.rules import Notified, Way, way_of_notice
from watchword.features.cards.notices.service import CardNotices
from watchword.features.cards.notices.words import WORDS, put_together
from watchword.features.cards.rules import Because, CardState
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactKind
from watchword.features.customers.rules import Customer

EVERY = frozenset(Channel)
TOKENS = ["aaaabbbbcccc", "ddddeeeeffff"]


@pytest.mark.parametrize(
    ("used", "channel"),
    [(0, Channel.EMAIL), (1, Channel.SMS), (2, Channel.EMAIL), (None, Channel.EMAIL)],
)
def test_a_notice_never_goes_to_the_contact_point_that_was_used(
    used: int | None, channel: Channel
) -> None:
    anna = customer(ANNA, phone(), email(), post())
    contact = None if used is None else anna.contacts[used].contact_id

    way = way_of_notice(anna, contact, EVERY)

    assert way is not None
    assert way.contact_id != contact
    assert way.channel is channel


def test_what_was_shown_to_be_theirs_comes_first_and_what_is_bad_never() -> None:
    anna = customer(ANNA, phone(), email())
    number, mailbox = anna.contacts
    shown = replace(anna, contacts=[replace(number, verified_at=NOON), mailbox])
    bad = replace(anna, contacts=[number, replace(mailbox, bad_since=NOON)])

    def channel(of: Customer) -> Channel | None:
        way = way_of_notice(of, None, EVERY)
        return way.channel if isinstance(way, Way) else None

    assert channel(shown) is Channel.SMS
    assert channel(bad) is Channel.SMS
    assert way_of_notice(anna, None, {Channel.LETTER}) is None
    assert way_of_notice(customer(ANNA, phone("089 1234567")), None, EVERY) is None


@pytest.mark.parametrize("locale", [*WORDS])
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
def test_a_notice_says_which_card_and_where_to_object(locale: str, channel: Channel) -> None:
    facts = {"organisation": "Grün {x}", "four": "4711", "link": "https://example.org/n/abc"}

    words = put_together(channel, locale, facts)

    for fact in facts.values():
        assert fact in words.text
    assert channel is not Channel.SMS or len(words.text) <= 160


async def test_whoever_objects_takes_everything_back_and_staff_see_why(centre: Centre) -> None:
    notices = centre.services.cards.notices
    mine = await centre.customer()
    card = await centre.card(mine)
    token = await centre.told(card)

    before = await notices.look(token)
    still = await centre.now(card)
    said = await notices.deny(token)
    again = await notices.deny(token)

    assert before is not None
    assert before.state is Notified.STANDS
    assert still.state is CardState.VERIFIED  # looking changes nothing
    assert said is not None
    assert again is not None
    assert said.state is again.state is Notified.DENIED
    assert (await centre.now(card)).state is CardState.UNVERIFIED
    history = await centre.history(card)
    assert history[-1].because is Because.DENIED
    assert Action.CARD_UNVERIFIED in {each.action for each in await centre.ledger(card)}


async def test_what_does_not_count_any_more_is_over_and_an_unknown_address_is_nothing(
    centre: Centre,
) -> None:
    notices: CardNotices = centre.services.cards.notices
    mine = await centre.customer()
    card = await centre.card(mine)
    token = await centre.told(card)
    await centre.change(mine, removes=[reached(mine, ContactKind.PHONE)])

    told = await notices.deny(token)

    assert told is not None
    assert told.state is Notified.OVER
    assert len(await centre.history(card)) == 2
    assert await notices.look("nosuchtoken") is None
    assert await notices.deny("") is None


async def test_a_notice_leaves_with_each_verification(centre: Centre) -> None:
    await centre.verified(Means.SMS)

    assert ("cards.notice", "email") in await centre.waiting()


async def test_who_has_one_contact_point_alone_is_told_nothing(centre: Centre) -> None:
    alone = await centre.customer(phone())

    card = await centre.verified(Means.SMS, alone)

    assert (await centre.now(card)).state is CardState.VERIFIED
    assert not [each for each, _ in await centre.waiting() if each == "cards.notice"]
