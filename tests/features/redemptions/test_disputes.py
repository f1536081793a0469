"""A customer is told at once what staff did for them, and says with one tap: I was not there."""

from datetime import timedelta

import pytest

from tests.features.customers.people import email, phone
from tests.features.redemptions.counter import Counter
from tests.features.tills.shop import named
from watchword.features.audit.rules import Action
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.routes import SANDBOX
from watchword.features.points.ledger import Balance
from watchword.features.redemptions.disputes.service import Contested
from watchword.features.redemptions.master_pins.rules import Entered
from watchword.features.redemptions.overrides.service import target_of
from watchword.features.redemptions.overrides.words import WORDS, put_together
from watchword.features.redemptions.rules import Redemption, State, TooLate
from watchword.features.tills.rules import SessionOver

TOKEN_AT_LEAST = 12


async def told(counter: Counter) -> list[tuple[str, str]]:
    """Give what left the house: the channel of each message, and its text."""
    found: list[tuple[str, str]] = []
    for queued in await counter.services.deliveries.claim(SANDBOX, 50):
        message = await counter.services.deliveries.open(queued)
        assert message is not None
        found.append((queued.channel, message.text.reveal()))
    return found


def token_in(text: str) -> str:
    return text.split("/n/")[1].split(maxsplit=1)[0]


@pytest.mark.parametrize("locale", [*WORDS])
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
@pytest.mark.parametrize("what", ["{link} mug", None])
def test_a_notice_says_where_and_how_to_object(
    locale: str, channel: Channel, what: str | None
) -> None:
    facts = {"organisation": "Grün {x}", "place": "Nord {y}", "link": "https://example.org/n/abc"}

    subject, text = put_together(channel, locale, facts, what)

    for fact in (*facts.values(), *([what] if what else [])):
        assert fact in text
    assert bool(subject) is (channel is Channel.EMAIL)


async def test_the_customer_is_told_at_once_and_what_for(counter: Counter) -> None:
    await counter.shop.customer()
    reward = await counter.shop.reward()
    await counter.set_pin()

    entered = await counter.sale(wanted=named(reward))

    assert isinstance(entered, Entered)
    ((channel, text),) = await told(counter)
    assert channel == "email"
    assert "Becher" in text
    assert "Nord" in text
    assert len(token_in(text)) >= TOKEN_AT_LEAST


async def test_looking_changes_nothing_and_one_tap_stops_what_is_not_handed_out(
    counter: Counter,
) -> None:
    customer, reward = await counter.shop.customer(), await counter.shop.reward()
    await counter.set_pin()
    session = await counter.waiting()
    entered = await counter.enter(session)
    redemption = await counter.shop.reserve(session, reward)
    assert isinstance(entered, Entered)
    assert isinstance(redemption, Redemption)
    token, disputes = token_in((await told(counter))[0][1]), counter.services.disputes

    looked = await disputes.look(token)
    still = await counter.services.redemptions.read(counter.whose.id, redemption.id)
    said = await disputes.dispute(token)
    again = await disputes.dispute(token)

    assert looked is not None
    assert looked.state is Contested.STANDS
    assert looked.place is not None
    assert (looked.place.name, looked.use.value, looked.reward) == ("Nord", 500, reward)
    assert still.state is State.RESERVED
    assert said is not None
    assert again == said
    assert said.place == looked.place
    assert said.state is Contested.DISPUTED
    stopped = await counter.services.redemptions.commit(counter.shop.client, redemption.id, "A1")
    assert stopped == TooLate(State.RELEASED)
    assert await counter.shop.balance(customer) == Balance(available=100)
    assert await counter.enter(session) == SessionOver()
    lines = await counter.ledger(target_of(entered.use_id))
    assert [each.action for each in lines].count(Action.OVERRIDE_DISPUTED) == 1
    since = counter.shop.time() - timedelta(days=1)
    (use,) = await counter.services.overrides.disputed(counter.whose.id, since, 9)
    assert use.id == entered.use_id


async def test_what_was_handed_out_stays_spent_and_is_looked_into(counter: Counter) -> None:
    customer, reward = await counter.shop.customer(), await counter.shop.reward()
    await counter.set_pin()
    session = await counter.waiting()
    await counter.enter(session)
    redemption = await counter.shop.reserve(session, reward)
    assert isinstance(redemption, Redemption)
    await counter.services.redemptions.commit(counter.shop.client, redemption.id, "A1")

    await counter.services.disputes.dispute(token_in((await told(counter))[0][1]))

    kept = await counter.services.redemptions.read(counter.whose.id, redemption.id)
    assert kept.state is State.COMMITTED
    assert await counter.shop.balance(customer) == Balance(available=40)


async def test_who_cannot_be_reached_is_told_nothing_and_the_ledger_says_so(
    counter: Counter,
) -> None:
    await counter.shop.customer(phone("089 1234567"))
    await counter.set_pin()

    entered = await counter.enter(await counter.waiting(phone("089 1234567")))

    assert isinstance(entered, Entered)
    assert await told(counter) == []
    (line,) = await counter.ledger(target_of(entered.use_id))
    assert line.details["told"] == "no"


@pytest.mark.parametrize("token", ["", "nosuchtoken", "x" * 500])
async def test_an_address_that_was_never_sent_is_nothing(counter: Counter, token: str) -> None:
    assert await counter.services.disputes.look(token) is None
    assert await counter.services.disputes.dispute(token) is None


async def test_an_integration_that_needs_no_code_leaves_an_exception_each_time(
    counter: Counter,
) -> None:
    customer, reward = await counter.shop.customer(phone(), email()), await counter.shop.reward()
    await counter.allow(require_code=False)
    session = await counter.shop.directly()

    redemption = await counter.shop.reserve(session, reward)

    assert isinstance(redemption, Redemption)
    (use,) = (await counter.services.overrides.page(counter.whose.id, None, 9)).items
    assert (use.kind, use.customer_id, use.redemption_id) == (
        "direct",
        customer.id,
        redemption.id,
    )
    assert (use.staff, use.value) == (counter.shop.client.actor, 500)
