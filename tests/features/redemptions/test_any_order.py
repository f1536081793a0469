"""A till says everything up to three times and in any order: points stay right all the same.

`make drill` takes more steps; DRILL_ORDERS sets how many stories are played.
"""

import asyncio
import os
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.features.tills.shop import MUG, Shop
from tests.stores import KEYRING, MovableTime
from tests.whole_house import Dealt, new_client
from watchword.features.customers.rules import Customer
from watchword.features.organisations.rules import Mode
from watchword.features.redemptions.rules import Redemption, RedemptionId, State
from watchword.features.rewards.rules import Reward
from watchword.features.tills.rules import TillSessionId
from watchword.features.tills.verdicts import Asking
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import open_services

STORIES = int(os.environ.get("DRILL_ORDERS", "8"))
POINTS, COST = 200, MUG.points
Outcome = TypeVar("Outcome")


class Till(RuleBasedStateMachine):
    """What a till may do, each step one to three times. The model is what was told last."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory()
        self.sessions: list[tuple[TillSessionId, str]] = []
        self.told: dict[RedemptionId, Redemption] = {}
        self.run(self.set_up())

    def run(self, work: Coroutine[Any, Any, Outcome]) -> Outcome:
        return self.loop.run_until_complete(work)

    async def set_up(self) -> None:
        url = f"sqlite:///{Path(self.folder.name) / 'till.db'}"
        await upgrade(url)
        time, dealt = MovableTime(), Dealt()
        settings_ = parse({"database": {"url": url}})
        self.opened = open_services(settings_, KEYRING, now=time, draw=dealt)
        services = await self.opened.__aenter__()
        client = await new_client(services, "tester", Mode.TEST)
        self.shop = Shop(services, client, dealt, time)
        self.customer: Customer = await self.shop.customer(points=POINTS)
        self.reward: Reward = await self.shop.reward()

    def teardown(self) -> None:
        self.run(self.opened.__aexit__(None, None, None))
        self.loop.close()
        self.folder.cleanup()

    @rule()
    def open(self) -> None:
        opened = self.run(self.shop.open())
        if isinstance(opened, Asking):
            self.sessions.append((opened.id, self.shop.dealt.latest))

    @rule(times=st.integers(1, 3), which=st.integers(0, 9))
    def answer(self, times: int, which: int) -> None:
        for id, code in self.sessions[which : which + 1]:
            for _ in range(times):
                self.run(self.shop.services.tills.answer(self.shop.client, id, code))

    @rule(times=st.integers(1, 3), which=st.integers(0, 9))
    def prove_and_reserve(self, times: int, which: int) -> None:
        for id, code in self.sessions[which : which + 1]:
            self.run(self.shop.services.tills.answer(self.shop.client, id, code))
            for _ in range(times):
                self.hear(self.run(self.shop.reserve(id, self.reward)))

    @rule(times=st.integers(1, 3), which=st.integers(0, 9), order=st.sampled_from(["a", "b"]))
    def commit(self, times: int, which: int, order: str) -> None:
        for id in [*self.told][which : which + 1]:
            for _ in range(times):
                redemptions = self.shop.services.redemptions
                self.hear(self.run(redemptions.commit(self.shop.client, id, order)))

    @rule(times=st.integers(1, 3), which=st.integers(0, 9))
    def release(self, times: int, which: int) -> None:
        for id in [*self.told][which : which + 1]:
            for _ in range(times):
                self.hear(self.run(self.shop.services.redemptions.release(self.shop.client, id)))

    @rule(
        times=st.integers(1, 3),
        which=st.integers(0, 9),
        points=st.sampled_from([None, 1, 30, COST]),
        reference=st.sampled_from(["x", "y"]),
    )
    def reverse(self, times: int, which: int, points: int | None, reference: str) -> None:
        for id in [*self.told][which : which + 1]:
            for _ in range(times):
                redemptions = self.shop.services.redemptions
                self.hear(self.run(redemptions.reverse(self.shop.client, id, points, reference)))

    @rule(minutes=st.sampled_from([1, 11, 31]))
    def wait(self, minutes: int) -> None:
        self.shop.time.pass_by(timedelta(minutes=minutes))
        self.run(self.shop.services.redemptions.expire(50))
        for id in self.told:
            whose = self.shop.client.organisation.id
            self.told[id] = self.run(self.shop.services.redemptions.read(whose, id))

    def hear(self, outcome: object) -> None:
        if isinstance(outcome, Redemption):
            self.told[outcome.id] = outcome

    @invariant()
    def the_books_say_what_the_till_was_told(self) -> None:
        balance = self.run(self.shop.balance(self.customer))
        standing = self.told.values()
        reserved = sum(each.points for each in standing if each.state is State.RESERVED)
        spent = sum(each.points - each.reversed for each in standing if each.committed_at)
        assert balance.reserved == reserved
        assert balance.available == POINTS - reserved - spent
        assert balance.available >= 0
        assert all(0 <= each.reversed <= each.points for each in standing)
        sessions = [each.session_id for each in standing]
        assert len({*sessions}) == len(sessions)


def test_whatever_a_till_says_in_whatever_order_the_books_are_right() -> None:
    run_state_machine_as_test(
        Till,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        ),
    )
