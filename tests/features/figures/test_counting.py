"""What hours come to when they are counted: on both engines, from codes that really were sent."""

from datetime import timedelta

import pytest

from tests.features.challenges.ladder import CHATS, TEXTS, Ladder
from tests.stores import NOON
from tests.whole_house import asked, phone
from watchword.features.abuse.rules import Blocked
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import Verified
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, read_phone
from watchword.features.delivery.rules import Receipt, Refused
from watchword.features.figures.counting.rules import AGES, Place
from watchword.features.figures.counting.service import Counting
from watchword.features.figures.rules import Line, Report, Span, hour_of
from watchword.features.prices.rules import Money

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def count_all(ladder: Ladder) -> int:
    """Count what is due, until nothing is; give how many turns there was something to do."""
    turns = 0
    while await ladder.services.overview.counting.turn():
        turns += 1
        assert turns < 500
    return turns


async def report(ladder: Ladder, span: Span = Span.DAY) -> Report:
    return await ladder.services.overview.figures.report(ladder.client.organisation.id, span)


async def opened(ladder: Ladder, last_digit: int) -> Shown:
    return await ladder.open(asked(phone(f"+49170123456{last_digit}")))


async def sent_and_back(ladder: Ladder, last_digit: int = 7) -> None:
    """A code goes out, arrives, and is typed."""
    challenge = await opened(ladder, last_digit)
    await ladder.carry(TEXTS)
    verdict = await ladder.services.challenges.answer(
        ladder.client, challenge.id, ladder.dealt.latest
    )
    assert verdict == Verified()


async def test_codes_are_counted_on_their_way(ladder: Ladder) -> None:
    await sent_and_back(ladder, 1)
    await opened(ladder, 2)
    (message,) = await ladder.carry(TEXTS)
    await ladder.report(TEXTS, message, Receipt.DELIVERED)
    await opened(ladder, 3)
    await ladder.carry(TEXTS)
    await opened(ladder, 4)
    await ladder.carry(TEXTS, Refused("HTTP 400"))

    await count_all(ladder)

    line = (await report(ladder)).channels[Channel.SMS]
    assert (line.sent, line.delivered, line.failed, line.verified) == (3, 2, 1, 1)


async def test_a_code_that_goes_two_ways_counts_for_both_and_came_back_by_the_last(
    ladder: Ladder,
) -> None:
    challenge = await opened(ladder, 1)
    await ladder.carry(TEXTS)
    ladder.time.pass_by(timedelta(seconds=31))
    await ladder.climb()
    await ladder.carry(CHATS)
    await ladder.services.challenges.answer(ladder.client, challenge.id, ladder.dealt.latest)

    await count_all(ladder)

    channels = (await report(ladder)).channels
    assert channels[Channel.SMS].sent == 1
    assert channels[Channel.SMS].verified == 0
    assert channels[Channel.WHATSAPP].verified == channels[Channel.WHATSAPP].sent == 1


async def test_counting_again_changes_nothing(ladder: Ladder) -> None:
    await sent_and_back(ladder)
    await count_all(ladder)
    before = await report(ladder)

    place = Place(ladder.client.organisation.id, hour_of(NOON))
    await ladder.services.overview.counting.count(place)
    await ladder.services.overview.counting.count(place)

    assert await report(ladder) == before
    assert before.line.verified == 1


async def test_small_bites_come_to_the_same_though_all_happened_in_one_moment(
    ladder: Ladder,
) -> None:
    for digit in range(5):
        await sent_and_back(ladder, digit)

    slow = Counting(storage=ladder.services.storage, currency="EUR", bite=2)
    await slow.count(Place(ladder.client.organisation.id, hour_of(NOON)))

    told = await report(ladder)
    assert told.line.sent == told.line.verified == 5
    assert told.cost == (Money(5 * 75_000, "EUR"),)


async def test_what_a_rule_stood_in_the_way_of_is_counted_and_costs_nothing(
    ladder: Ladder,
) -> None:
    abroad = read_phone("+43 664 1234567", "DE")
    assert isinstance(abroad, Contact)
    outcome = await ladder.services.challenges.open(ladder.client, asked(abroad))
    assert isinstance(outcome, Blocked)

    await count_all(ladder)

    told = await report(ladder)
    assert told.line.blocked >= 1
    assert told.line.sent == told.line.cost == 0


async def test_what_messages_cost_is_counted_in_the_currency_of_the_list(ladder: Ladder) -> None:
    await sent_and_back(ladder, 1)
    await sent_and_back(ladder, 2)

    await count_all(ladder)

    assert (await report(ladder)).cost == (Money(150_000, "EUR"),)


async def test_a_receipt_that_comes_later_is_seen_when_the_hour_is_counted_again(
    ladder: Ladder,
) -> None:
    await opened(ladder, 1)
    (message,) = await ladder.carry(TEXTS)
    await count_all(ladder)
    assert (await report(ladder)).line.delivered == 0

    ladder.time.pass_by(2 * MINUTE)
    await ladder.report(TEXTS, message, Receipt.DELIVERED)
    await count_all(ladder)

    assert (await report(ladder)).line.delivered == 1


async def test_each_hour_has_its_own_figures(ladder: Ladder) -> None:
    await sent_and_back(ladder, 1)
    await count_all(ladder)
    ladder.time.pass_by(3 * HOUR)
    await sent_and_back(ladder, 2)
    await count_all(ladder)

    parts = [part.line.sent for part in (await report(ladder)).parts]

    assert parts == [0] * 20 + [1, 0, 0, 1]


async def test_days_of_the_past_are_found_and_counted_one_after_the_other(ladder: Ladder) -> None:
    for _ in range(4):
        await sent_and_back(ladder)
        ladder.time.pass_by(timedelta(days=1, hours=1))

    await count_all(ladder)

    parts = [part.line.verified for part in (await report(ladder, Span.WEEK)).parts]
    assert sum(parts) == 4
    assert (await report(ladder, Span.DAY)).line == Line()


async def test_an_hour_is_left_alone_in_the_end(ladder: Ladder) -> None:
    await sent_and_back(ladder)
    await count_all(ladder)

    for age in AGES:
        ladder.time.moment = NOON + 2 * HOUR + age
        await count_all(ladder)
    ladder.time.pass_by(timedelta(days=90))

    assert await count_all(ladder) == 0


async def test_of_two_who_count_at_once_each_has_an_hour_of_its_own(ladder: Ladder) -> None:
    await sent_and_back(ladder)
    counting = ladder.services.overview.counting
    assert await counting.turn()  # finds the hour
    assert await counting.turn()  # counts it

    assert not await counting.turn()


async def test_organisations_do_not_see_each_other(ladder: Ladder) -> None:
    await sent_and_back(ladder)
    await count_all(ladder)
    other = await ladder.services.organisations.found(
        slug="other",
        name="Other",
        mode=ladder.client.organisation.mode,
        country="DE",
        locale="de",
        actor="test",
    )

    empty = await ladder.services.overview.figures.report(other.id, Span.MONTH)  # type: ignore[union-attr]

    assert empty.is_empty


@pytest.mark.parametrize("span", Span)
async def test_nothing_comes_to_nothing(ladder: Ladder, span: Span) -> None:
    assert await count_all(ladder) == 0
    assert (await report(ladder, span)).is_empty
