"""Somebody got a code that they did not ask for, and says so."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tests.features.challenges.ladder import CHATS, TEXTS, Ladder, ladder_in
from tests.stores import MovableTime, at_rest
from tests.whole_house import Dealt, asked
from watchword.features.challenges.desk import DENIALS
from watchword.features.challenges.rules import Status
from watchword.features.challenges.verdicts import Over, TooMany
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import Message, State

HALF_A_MINUTE = timedelta(seconds=30)
LINK = re.compile(re.escape(DENIALS) + r"([a-z2-7]{12})\b")


@pytest.fixture
async def ladder(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Ladder]:
    async with ladder_in(migrated, time, dealt) as ladder:
        yield ladder


def token(message: Message) -> str:
    """Give the token of the address that stands in a message."""
    [found] = LINK.findall(message.text.reveal())
    return str(found)


async def test_every_message_of_a_challenge_carries_its_address_and_no_other(
    ladder: Ladder, time: MovableTime
) -> None:
    challenge = await ladder.open()
    [first] = await ladder.carry(TEXTS)
    time.pass_by(HALF_A_MINUTE)
    await ladder.services.challenges.resend(ladder.client, challenge.id, Channel.SMS)
    [second] = await ladder.carry(TEXTS)
    await ladder.open()
    [another] = await ladder.carry(TEXTS)

    assert token(first) == token(second)
    assert token(first) != token(another)


async def test_looking_changes_nothing(ladder: Ladder) -> None:
    challenge = await ladder.open()
    [text] = await ladder.carry(TEXTS)
    before = await ladder.read(challenge.id)

    found, *_ = [await ladder.services.denials.look(token(text)) for _ in range(3)]

    assert found is not None
    assert (found[0].slug, found[1]) == ("shop", Status.PENDING)
    assert await ladder.read(challenge.id) == before


async def test_denying_ends_the_code_on_all_channels(
    ladder: Ladder, time: MovableTime, dealt: Dealt
) -> None:
    challenge = await ladder.open()
    [text] = await ladder.carry(TEXTS)
    time.pass_by(HALF_A_MINUTE)
    await ladder.climb()

    found = await ladder.services.denials.deny(token(text))

    assert found is not None
    assert found[1] is Status.DENIED
    assert await ladder.carry(CHATS) == []
    time.pass_by(timedelta(minutes=1))
    await ladder.climb()
    read = await ladder.read(challenge.id)
    assert (read.status, read.next_step_at) == (Status.DENIED, None)
    assert [each.state for each in read.sendings] == [State.SENT, State.CANCELLED]
    answer = await ladder.services.challenges.answer(ladder.client, challenge.id, dealt.latest)
    assert answer == Over()


async def test_whoever_asked_cannot_ask_again_within_the_hour(
    ladder: Ladder, time: MovableTime
) -> None:
    await ladder.open()
    [text] = await ladder.carry(TEXTS)

    await ladder.services.denials.deny(token(text))

    assert isinstance(await ladder.services.challenges.open(ladder.client, asked()), TooMany)
    time.pass_by(timedelta(hours=1))
    await ladder.open()


async def test_denying_twice_is_denying_once(ladder: Ladder) -> None:
    challenge = await ladder.open()
    [text] = await ladder.carry(TEXTS)

    first = await ladder.services.denials.deny(token(text))
    again = await ladder.services.denials.deny(token(text))

    assert first == again
    async with ladder.services.storage.reading(ladder.client.organisation.id) as transaction:
        rows = await transaction.all(
            "select actor from audit_entries where action = 'challenge.denied' and target = :id",
            id=str(challenge.id),
        )
    assert [row["actor"] for row in rows] == ["machine:denial"]


@pytest.mark.parametrize("ending", [Status.VERIFIED, Status.CANCELLED, Status.EXPIRED])
async def test_what_is_over_already_stays_as_it_ended(
    ladder: Ladder, time: MovableTime, dealt: Dealt, ending: Status
) -> None:
    challenge = await ladder.open()
    [text] = await ladder.carry(TEXTS)
    if ending is Status.VERIFIED:
        await ladder.services.challenges.answer(ladder.client, challenge.id, dealt.latest)
    elif ending is Status.CANCELLED:
        await ladder.services.challenges.cancel(ladder.client, challenge.id)
    else:
        time.pass_by(timedelta(minutes=5))

    found = await ladder.services.denials.deny(token(text))

    assert found is not None
    assert found[1] is ending
    assert (await ladder.read(challenge.id)).status is ending


@pytest.mark.parametrize("guess", ["", "a", "aaaaaaaaaaaa", "x" * 32, "ä", "' or 1=1 --"])
async def test_an_address_that_nobody_was_given_belongs_to_nothing(
    ladder: Ladder, guess: str
) -> None:
    await ladder.open()

    assert await ladder.services.denials.look(guess) is None
    assert await ladder.services.denials.deny(guess) is None


async def test_the_token_can_be_read_in_no_table_and_no_log(
    ladder: Ladder, migrated: str, time: MovableTime
) -> None:
    with capture_logs() as logs:
        await ladder.open()
        [queued] = await ladder.services.deliveries.claim(TEXTS, 9)
        waiting = token(await ladder.services.deliveries.open(queued))
        assert waiting.encode() not in await at_rest(migrated)
        await ladder.services.denials.look(waiting)
        await ladder.services.denials.deny(waiting)

    assert waiting.encode() not in await at_rest(migrated)
    assert waiting not in repr(logs)
    assert "challenge.denied" in [line["event"] for line in logs]
