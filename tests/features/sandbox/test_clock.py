"""The clock of a test organisation: moving it is like waiting, and touches nobody else."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as some

from tests.conftest import SQLITE, Servers, Templates
from tests.features.sandbox.played import Play, another, counting, playing
from tests.whole_house import asked, email, phone
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import TooMany, TooSoon, Wrong
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.post import Place, read_post
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.routes import SANDBOX
from watchword.features.idempotency.rules import KEPT_FOR, Once
from watchword.features.routing.rules import Plan, Step
from watchword.features.sandbox.scenarios import Part, number_of
from watchword.features.webhooks.events import EventKind
from watchword.features.webhooks.rules import EndpointDraft, Made
from watchword.features.webhooks.store import EndpointStore

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ENDPOINT = EndpointDraft(
    url="https://hooks.example.org/codes",
    description="",
    kinds=frozenset({EventKind.CHALLENGE_OPENED}),
)
PLAN = Plan(
    (
        Step(Channel.SMS, wait_seconds=20),
        Step(Channel.WHATSAPP, wait_seconds=30),
        Step(Channel.VOICE, wait_seconds=60),
    )
)
SPANS = [timedelta(seconds=seconds) for seconds in (1, 5, 29, 31, 60, 299, 301, 1800)] + [
    HOUR - timedelta(seconds=1),
    HOUR,
    DAY,
    7 * DAY,
]


def letter(name: str = "Ann Example") -> Contact:
    contact = read_post(Place(name, "Hauptstraße 1", "10115", "Berlin", "DE"))
    assert isinstance(contact, Contact)
    return contact


def to_part(part: Part) -> Contact:
    number = number_of(part)
    assert number is not None
    return phone(number)


PEOPLE = [
    phone(),
    email(),
    letter(),
    letter("Late"),
    letter("Returned"),
    *map(to_part, (Part.LATE, Part.LOST, Part.UNDELIVERED, Part.OUTAGE, Part.OUT_OF_ORDER)),
]


@dataclass
class Diary:
    """What one application did, and what it was told, with moments as spans from now."""

    play: Play
    ids: list[ChallengeId] = field(default_factory=list)
    right: list[str] = field(default_factory=list)

    def relative(self, moment: datetime | None) -> float | None:
        return None if moment is None else (moment - self.play.time()).total_seconds()

    async def open(self, person: int, key: str | None) -> object:
        contact = PEOPLE[person]
        purpose = Purpose.CARD_VERIFICATION
        once = None if key is None else Once(key.encode(), sha256(str(person).encode()).digest())
        opening = asked(contact, purpose=purpose)
        outcome = await self.play.services.challenges.open(self.play.client, opening, once)
        if isinstance(outcome, Shown):
            if outcome.id not in self.ids:
                self.ids.append(outcome.id)
            return self.ids.index(outcome.id), outcome.attempts_left, outcome.code_length
        return self.said(outcome)

    async def answer(self, which: int, *, is_right: bool) -> object:
        if not self.ids:
            return None
        id = self.ids[which % len(self.ids)]
        code = await self._code(id) if is_right else "000000"
        return self.said(await self.play.services.challenges.answer(self.play.client, id, code))

    async def try_codes(self, which: int) -> object:
        return [await self.answer(which, is_right=False) for _ in range(5)]

    async def resend(self, which: int) -> object:
        if not self.ids:
            return None
        id = self.ids[which % len(self.ids)]
        return self.said(await self.play.services.challenges.resend(self.play.client, id, None))

    async def look(self) -> list[object]:
        return [await self._read(id) for id in self.ids] + [await self._inbox()]

    def said(self, outcome: object) -> object:
        match outcome:
            case Shown():
                return outcome.status, outcome.sendings, self.relative(outcome.expires_at)
            case TooSoon(moment) | TooMany(moment):
                return type(outcome), self.relative(moment)
            case Wrong(left):
                return Wrong, left
            case _:
                return type(outcome)

    async def _code(self, id: ChallengeId) -> str:
        """Type what lies in the inbox; the newest that was sent, if anything is there."""
        found = await self.play.services.sandbox.look(self.play.client.organisation.id)
        # What came at the same moment lies there in any order; both houses are to type the same.
        codes = [(each.at, each.code.reveal()) for each in found if each.code is not None]
        return max(codes)[1] if codes else "000000"

    async def _read(self, id: ChallengeId) -> object:
        shown = await self.play.services.challenges.read(self.play.client, id)
        from_now = shown.status is Status.PENDING
        since = self.play.time() if from_now else shown.created_at
        moments = [shown.created_at, shown.expires_at, shown.resend_at]
        if from_now:
            moments += [shown.next_step_at] if shown.next_step_at else []
        moments += [each.created_at for each in shown.sendings]
        return (
            shown.status,
            shown.channel,
            shown.attempts_left,
            [(each.channel, each.state, each.receipt, each.attempts) for each in shown.sendings],
            [(each.place, each.because, each.skipped) for each in shown.route.trace],
            [(each.at - since).total_seconds() for each in shown.route.trace],
            [(moment - since).total_seconds() for moment in moments],
        )

    async def _inbox(self) -> object:
        id = self.play.client.organisation.id
        found = await self.play.services.sandbox.look(id)
        ahead = await self.play.services.sandbox.ahead(id)
        return (
            sorted((each.channel, str(each.code and each.code.reveal())) for each in found),
            sorted(round(self.relative(each.at) or 0, 3) for each in found),
            sorted((each.what, self.relative(each.due_at)) for each in ahead),
        )


Act: TypeAlias = Callable[[Diary], Awaitable[object]]


def opens(person: int, key: str | None) -> Act:
    return lambda diary: diary.open(person, key)


def answers(which: int, is_right: bool) -> Act:  # noqa: FBT001 - drawn like the other
    return lambda diary: diary.answer(which, is_right=is_right)


def tries_codes(which: int) -> Act:
    return lambda diary: diary.try_codes(which)


def resends(which: int) -> Act:
    return lambda diary: diary.resend(which)


persons = some.integers(0, len(PEOPLE) - 1)
acts = some.one_of(
    some.builds(opens, persons, some.sampled_from([None, None, "one", "two"])),
    some.builds(answers, some.integers(0, 3), some.booleans()),
    some.builds(tries_codes, some.integers(0, 3)),
    some.builds(resends, some.integers(0, 3)),
    some.sampled_from(SPANS),
)
USED_UP = [opens(0, None), tries_codes(0), opens(0, None), tries_codes(1), opens(0, None)]
FREE_AGAIN = [HOUR - timedelta(seconds=1), opens(0, None), timedelta(seconds=1), opens(0, None)]
LETTERS = [opens(2, None), 7 * DAY, resends(0), 7 * DAY, resends(0), 17 * DAY, opens(2, None)]
next_one = counting()


@pytest.fixture
async def houses(
    migrated: str, engine: str, servers: Servers, templates: Templates, tmp_path: Path
) -> AsyncIterator[tuple[Play, Play]]:
    """Two houses on the same engine: in one, time is waited for; in the other, it is moved."""
    if engine == SQLITE:
        other = templates.copy_sqlite(tmp_path / "other.db")
    else:
        other = templates.copy_postgresql(engine)
    async with playing(migrated) as waits, playing(other) as moves:
        yield waits, moves
    if engine != SQLITE:
        servers.get(engine).drop_database(other)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
@example(story=[*USED_UP, *FREE_AGAIN])
@example(story=LETTERS)
@given(story=some.lists(acts, min_size=3, max_size=14))
async def test_moving_the_clock_answers_like_waiting(
    houses: tuple[Play, Play], story: list[Act | timedelta]
) -> None:
    slug = f"tester-{next_one()}"
    waits, moves = [Diary(await another(house, slug)) for house in houses]
    for diary in (waits, moves):
        play = diary.play
        await play.services.sandbox.sow(play.client, "spring")
        await play.services.plans.declare(play.client, Purpose.CARD_VERIFICATION, PLAN)

    for act in story:
        if isinstance(act, timedelta):
            waits.play.time.pass_by(act)
            await moves.play.services.clock.move(moves.play.client.organisation, act)
            told: list[object] = [None, None]
        else:
            told = [await act(waits), await act(moves)]
        for diary in (waits, moves):
            await diary.play.settle()

        assert told[0] == told[1]
        assert await waits.look() == await moves.look()


@pytest.fixture
async def play(migrated: str) -> AsyncIterator[Play]:
    async with playing(migrated) as play:
        yield play


class TestMovingTheClock:
    async def test_counts_the_challenges_that_are_pending(self, play: Play) -> None:
        diary = Diary(play)
        await diary.open(0, None)
        await diary.open(1, None)
        assert await diary.answer(0, is_right=False) == (Wrong, 4)

        assert await play.services.clock.move(play.client.organisation, HOUR) == 2
        await play.settle()
        assert await play.services.clock.move(play.client.organisation, HOUR) == 0

    async def test_lets_an_answer_that_was_given_be_forgotten_after_a_day(self, play: Play) -> None:
        diary = Diary(play)
        first = await diary.open(0, "key")
        assert await diary.open(0, "key") == first

        await play.services.clock.move(play.client.organisation, KEPT_FOR + HOUR)

        assert await diary.open(0, "key") != first

    async def test_leaves_another_organisation_as_it_is(self, play: Play) -> None:
        other = Diary(await another(play, "other"))
        await other.open(0, None)
        await other.play.settle()
        before = await other.look()

        await play.services.clock.move(play.client.organisation, 30 * DAY)
        await play.settle()

        assert await other.look() == before

    async def test_makes_webhooks_and_the_rest_of_an_endpoint_older(self, play: Play) -> None:
        id = play.client.organisation.id
        made = await play.services.webhooks.add(play.client, ENDPOINT)
        assert isinstance(made, Made)
        await Diary(play).open(0, None)
        [before] = (await play.services.webhooks.deliveries(id)).items
        resting = replace(made.endpoint, failing_since=play.time(), rests_until=play.time() + HOUR)
        async with play.services.storage.begin(id) as transaction:
            await EndpointStore(transaction, id).save(resting)

        await play.services.clock.move(play.client.organisation, HOUR)

        after = await play.services.webhooks.delivery(id, before.id)
        assert after.due_at == before.due_at - HOUR
        assert after.created_at == before.created_at - HOUR
        endpoint = await play.services.webhooks.read(id, made.endpoint.id)
        assert endpoint.rests_until == play.time()
        assert endpoint.failing_since == play.time() - HOUR

    async def test_takes_nothing_out_of_the_hands_of_a_worker(self, play: Play) -> None:
        await Diary(play).open(0, None)
        assert await play.services.deliveries.claim(SANDBOX, 10)

        await play.services.clock.move(play.client.organisation, 10 * DAY)

        assert await play.services.deliveries.recover(SANDBOX, knows_repeats=True) == 0
