"""A challenge against a model of it: whatever is done, in whatever order, both say the same.

The model is written as one would explain it to a new colleague: lists of moments, and counting.
It knows nothing of the rules, the budgets or the storage of the product.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.stores import KEYRING, MovableTime
from tests.whole_house import (
    GATEWAY,
    OTHER_PHONE,
    PHONE,
    Dealt,
    asked,
    new_client,
    phone,
)
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import ChallengeId
from watchword.features.challenges.shown import Shown
from watchword.features.organisations.rules import Mode
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import Services, open_services

Result = TypeVar("Result")
HOUR, DAY, LIFE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=5)
PURPOSES = [Purpose.WALLET_SIGNIN, Purpose.STEP_UP]


@cache
def empty_database() -> bytes:
    """Make a database with the newest schema once, for all examples to begin with."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        asyncio.run(upgrade(f"sqlite:///{path}"))
        return path.read_bytes()


@dataclass
class Person:
    """One contact point and purpose: what was sent to it at all, and guessed wrongly for it."""

    sent: list[datetime]
    wrong: list[datetime] = field(default_factory=list)
    in_a_row: int = 0
    waits_until: datetime | None = None

    def may_be_sent_to(self, now: datetime) -> bool:
        hour = [at for at in self.sent if at > now - HOUR]
        day = [at for at in self.sent if at > now - DAY]
        return len(hour) < 5 and len(day) < 10

    def guesses(self, now: datetime) -> int:
        if self.in_a_row >= 100 or (self.waits_until is not None and now < self.waits_until):
            return 0
        in_the_hour = 10 - len([at for at in self.wrong if at > now - HOUR])
        return min(in_the_hour, max(20 - self.in_a_row, 1), 5)

    def guessed_wrongly(self, now: datetime) -> None:
        self.wrong.append(now)
        self.in_a_row += 1
        if self.in_a_row >= 20:
            wait = timedelta(seconds=30 * 2 ** (self.in_a_row - 20))
            self.waits_until = now + min(wait, HOUR)


@dataclass
class Known:
    """One challenge, as the model sees it."""

    person: Person
    code: str
    left: int
    ends: datetime
    resend: datetime
    sendings: int = 1
    state: str = "pending"


class ChallengeMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory()
        self.time, self.dealt = MovableTime(), Dealt()
        self.sent: dict[str, list[datetime]] = {}
        self.people: dict[tuple[str, Purpose], Person] = {}
        self.known: dict[ChallengeId, Known] = {}
        self.order: list[ChallengeId] = []

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    @initialize()
    def open_the_house(self) -> None:
        path = Path(self.folder.name) / "test.db"
        path.write_bytes(empty_database())
        url = f"sqlite:///{path}"
        self.settings = parse({"database": {"url": url}, "providers": {"gateway": GATEWAY}})
        self.services = self.run(self._open())
        self.client = self.run(new_client(self.services, "shop", Mode.LIVE))

    async def _open(self) -> Services:
        self.house = open_services(self.settings, KEYRING, now=self.time, draw=self.dealt)
        return await self.house.__aenter__()

    @rule(number=some.sampled_from([PHONE, OTHER_PHONE]), purpose=some.sampled_from(PURPOSES))
    def somebody_asks_for_a_code(self, number: str, purpose: Purpose) -> None:
        sent = self.sent.setdefault(number, [])
        person = self.people.setdefault((number, purpose), Person(sent))
        now = self.time()
        outcome = self.run(
            self.services.challenges.open(self.client, asked(phone(number), purpose=purpose))
        )
        may = person.may_be_sent_to(now) and person.guesses(now) > 0
        assert isinstance(outcome, Shown) == may
        if not isinstance(outcome, Shown):
            return
        assert outcome.attempts_left == person.guesses(now)
        for other in self.known.values():
            if other.person is person and other.state == "pending":
                other.state = "over"
        person.sent.append(now)
        self.order.append(outcome.id)
        self.known[outcome.id] = Known(
            person=person,
            code=self.dealt.latest,
            left=outcome.attempts_left,
            ends=now + LIFE,
            resend=now + timedelta(seconds=30),
        )

    @precondition(lambda self: self.order)
    @rule(which=some.integers(0, 3), what=some.sampled_from(["right", "wrong", "malformed"]))
    def somebody_answers(self, which: int, what: str) -> None:
        id = self.order[-1 - which % len(self.order)]
        challenge = self.known[id]
        wrong = str((int(challenge.code) + 1) % 10**6).zfill(6)
        typed = {"right": challenge.code, "wrong": wrong, "malformed": "12345"}[what]
        verdict = self.run(self.services.challenges.answer(self.client, id, typed))
        assert type(verdict).__name__.lower() == self._expected(challenge, right=what == "right")
        if challenge.state == "pending":
            assert getattr(verdict, "attempts_left", challenge.left) == challenge.left

    def _expected(self, challenge: Known, *, right: bool) -> str:
        now = self.time()
        if challenge.state == "pending" and now >= challenge.ends:
            challenge.state = "expired"
        if challenge.state != "pending":
            return challenge.state
        if right:
            challenge.state = "over"
            challenge.person.in_a_row, challenge.person.waits_until = 0, None
            challenge.person.wrong.clear()
            return "verified"
        challenge.left -= 1
        challenge.person.guessed_wrongly(now)
        if challenge.left == 0:
            challenge.state = "exhausted"
        return "wrong"

    @precondition(lambda self: self.order)
    @rule(which=some.integers(0, 2))
    def somebody_wants_it_once_more(self, which: int) -> None:
        id = self.order[-1 - which % len(self.order)]
        challenge, now = self.known[id], self.time()
        outcome = self.run(self.services.challenges.resend(self.client, id, None))
        is_alive = challenge.state == "pending" and now < challenge.ends
        may = is_alive and now >= challenge.resend and challenge.person.may_be_sent_to(now)
        assert isinstance(outcome, Shown) == may
        if may:
            challenge.person.sent.append(now)
            challenge.sendings += 1
            wait = {2: 60}.get(challenge.sendings, 120)
            challenge.resend = now + timedelta(seconds=wait)

    @precondition(lambda self: self.order)
    @rule()
    def somebody_cancels(self) -> None:
        challenge = self.known[self.order[-1]]
        self.run(self.services.challenges.cancel(self.client, self.order[-1]))
        if challenge.state == "pending":
            is_too_late = self.time() >= challenge.ends
            challenge.state = "expired" if is_too_late else "over"

    @rule(seconds=some.sampled_from([1, 29, 31, 61, 299, 600, 3599, 3601, 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.time.pass_by(timedelta(seconds=seconds))

    @rule()
    def somebody_sweeps(self) -> None:
        self.run(self.services.challenges.expire(500))
        for challenge in self.known.values():
            if challenge.state == "pending" and self.time() >= challenge.ends:
                challenge.state = "expired"

    @rule()
    def the_server_is_started_again(self) -> None:
        self.run(self.house.__aexit__(None, None, None))
        self.services = self.run(self._open())

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.run(self.house.__aexit__(None, None, None))
        self.loop.close()
        self.folder.cleanup()


TestChallenge = ChallengeMachine.TestCase
TestChallenge.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
