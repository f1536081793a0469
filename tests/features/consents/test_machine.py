"""Whatever people, staff and programs say, in any order: who may be written to is as a model says.

DRILL_CONSENTS sets how many stories are played.
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

from tests.features.consents.people import NEWS, may, sent, set_up, write
from tests.stores import KEYRING, MovableTime
from tests.whole_house import GATEWAY, Dealt, new_client, phone
from watchword.features.consents.rules import Agreement, Scope, Source
from watchword.features.consents.service import said_by
from watchword.features.contacts.suppressions.rules import SuppressionKind
from watchword.features.organisations.rules import Mode
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import Services, open_services

STORIES = int(os.environ.get("DRILL_CONSENTS", "12"))
MOST_ASKED, PAUSE, GOOD_FOR = 2, timedelta(days=1), timedelta(days=30)
MARKETING, EVERYTHING = SuppressionKind.MARKETING, SuppressionKind.EVERYTHING
WAYS = (Scope.TEXT, Scope.WHATSAPP)
Outcome = TypeVar("Outcome")


class Telephone(RuleBasedStateMachine):
    """One telephone, one shop, and a model of what the shop may send there."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory()
        self.agreed: set[Scope] = set()
        self.ended_by_stop: set[Scope] = set()
        self.stopped_by: str | None = None
        self.hears_nothing = False
        self.is_known = False
        self.asked = 0
        self.asked_at = MovableTime().moment - 2 * GOOD_FOR
        self.answer: str | None = None
        self.helped_at = MovableTime().moment - 2 * GOOD_FOR
        self.replies = 0
        self.run(self.set_up())

    def run(self, work: Coroutine[Any, Any, Outcome]) -> Outcome:
        return self.loop.run_until_complete(work)

    async def set_up(self) -> None:
        url = f"sqlite:///{Path(self.folder.name) / 'telephone.db'}"
        await upgrade(url)
        self.time = MovableTime()
        written = {"database": {"url": url}, "providers": {"gateway": GATEWAY}}
        self.opened = open_services(parse(written), KEYRING, now=self.time, draw=Dealt())
        self.services: Services = await self.opened.__aenter__()
        self.shop = await new_client(self.services, "shop", Mode.LIVE)
        await set_up(self.services, self.shop, opt_in="ask", opt_in_requests=MOST_ASKED)

    def teardown(self) -> None:
        self.run(self.opened.__aexit__(None, None, None))
        self.loop.close()
        self.folder.cleanup()

    @property
    def is_opted_out(self) -> bool:
        return self.stopped_by is not None or self.hears_nothing

    @property
    def is_asked(self) -> bool:
        is_fresh = self.time.moment - self.asked_at <= GOOD_FOR
        return self.asked > 0 and self.answer is None and is_fresh

    @rule(scope=st.sampled_from(WAYS), source=st.sampled_from([Source.STAFF, Source.PROGRAM]))
    def others_say_yes(self, scope: Scope, source: Source) -> None:
        self._give(scope, source)
        if not self.is_opted_out:
            self._agrees(scope)

    @rule(scope=st.sampled_from(WAYS))
    def they_say_yes_on_a_form(self, scope: Scope) -> None:
        self._give(scope, Source.FORM)
        self._own_stop_is_over()
        if not self.is_opted_out:
            self._agrees(scope)

    @rule(scope=st.sampled_from(WAYS))
    def others_take_it_back(self, scope: Scope) -> None:
        async def withdraw() -> None:
            async with self.services.storage.begin(self.shop.organisation.id) as transaction:
                await self.services.consents.consents.withdraw(
                    transaction, self.shop, phone(), scope, Source.STAFF
                )

        self.run(withdraw())
        if scope in self.agreed:
            self.agreed.discard(scope)
            self.ended_by_stop.discard(scope)

    @rule(word=st.sampled_from(["STOP", "quit", "Bitte keine Werbung", "unsubscribe me"]))
    def they_stop(self, word: str) -> None:
        self.run(write(self.services, word))
        if self.stopped_by is None:
            self.stopped_by = "themselves"
            # Who they are, nobody may know; but there is one shop alone that it can be for.
            self.replies += 1
        self.ended_by_stop |= self.agreed
        self.agreed = set()
        if self.is_asked:
            self.answer = "stop"

    @rule()
    def they_start(self) -> None:
        self.run(write(self.services, "START"))
        if self.stopped_by != "themselves":
            self._says_yes()
            return
        self._own_stop_is_over()
        self.replies += 1
        if not self.is_opted_out:
            self.agreed |= self.ended_by_stop
            self.ended_by_stop = set()

    @rule(word=st.sampled_from(["YES", "Ja, gerne!"]))
    def they_say_yes(self, word: str) -> None:
        self.run(write(self.services, word))
        self._says_yes()

    @rule()
    def they_say_no(self) -> None:
        self.run(write(self.services, "no thanks"))
        if self.is_asked:
            self.answer = "no"

    @rule(word=st.sampled_from(["don't stop", "Thank you!", "481923"]))
    def they_say_something_else(self, word: str) -> None:
        self.run(write(self.services, word))
        if self.agreed and self.time.moment - self.helped_at >= PAUSE:
            self.helped_at = self.time.moment
            self.replies += 1

    @rule()
    def they_are_asked(self) -> None:
        entries = self.services.consents.entries
        self.run(entries.ask(self.shop, phone(), Scope.TEXT, None))
        if self.is_opted_out:
            return
        self.is_known = True
        is_rested = self.asked == 0 or self.time.moment - self.asked_at >= PAUSE
        may_ask = self.answer not in {"no", "stop"} and self.asked < MOST_ASKED and is_rested
        if Scope.TEXT not in self.agreed and may_ask:
            self.asked, self.asked_at, self.answer = self.asked + 1, self.time.moment, None
            self.replies += 1

    @rule(kind=st.sampled_from(SuppressionKind))
    def staff_opt_them_out(self, kind: SuppressionKind) -> None:
        self.run(self.services.privacy.opt_outs.add(self.shop, phone(), kind, "at the till"))
        if kind is EVERYTHING:
            is_new, self.hears_nothing = not self.hears_nothing, True
        else:
            is_new, self.stopped_by = self.stopped_by != "staff", "staff"
        if is_new:
            self.ended_by_stop -= self.agreed
            self.agreed = set()

    @rule(kind=st.sampled_from(SuppressionKind))
    def staff_lift_it(self, kind: SuppressionKind) -> None:
        self.run(self.services.privacy.opt_outs.lift(self.shop, phone(), kind, "they called"))
        if kind is EVERYTHING:
            self.hears_nothing = False
        else:
            self.stopped_by = None

    @rule(days=st.sampled_from([2, 31]))
    def time_passes(self, days: int) -> None:
        self.time.pass_by(timedelta(days=days))

    @invariant()
    def who_may_be_written_to_is_what_the_model_says(self) -> None:
        allowed = {scope for scope in WAYS if self.run(may(self.services, self.shop, scope))}
        assert allowed == self.agreed
        assert self.run(self._chosen()) == self.agreed
        assert not (self.is_opted_out and allowed)

    @invariant()
    def nothing_was_sent_but_what_the_model_says(self) -> None:
        assert len(self.run(sent(self.services))) == self.replies
        self.replies = 0

    def _give(self, scope: Scope, source: Source) -> None:
        organisation = self.shop.organisation
        caller = said_by(organisation, source) if source is Source.FORM else self.shop

        async def give() -> None:
            async with self.services.storage.begin(organisation.id) as transaction:
                await self.services.consents.consents.give(
                    transaction, caller, phone(), Agreement(scope, source, NEWS)
                )

        self.run(give())
        self.is_known = True

    def _agrees(self, scope: Scope) -> None:
        self.agreed.add(scope)
        self.ended_by_stop.discard(scope)

    def _says_yes(self) -> None:
        if not (self.is_asked and self.is_known):
            return
        self.answer = "yes"
        self._own_stop_is_over()
        if not self.is_opted_out:
            self._agrees(Scope.TEXT)
            self.replies += 1

    def _own_stop_is_over(self) -> None:
        if self.stopped_by == "themselves":
            self.stopped_by = None

    async def _chosen(self) -> set[Scope]:
        async with self.services.storage.reading(self.shop.organisation.id) as transaction:
            rows = await transaction.all("select scope from consents")
        return {Scope(row["scope"]) for row in rows}


def test_in_any_order_who_may_be_written_to_is_what_was_said() -> None:
    run_state_machine_as_test(
        Telephone,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        ),
    )
