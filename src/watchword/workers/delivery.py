"""The worker of a lane: claims messages, sends them outside any transaction, settles them.

Each provider has a lane of its own. One that hangs holds up nobody but those in its lane, and
those move on to the next provider of their channel when there is one.
"""

import asyncio
from asyncio import Task
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeAlias

import structlog

from watchword.features.delivery.breaker import Breaker, noted
from watchword.features.delivery.departures.service import HeldBack, looked_at_last
from watchword.features.delivery.ports import Provider
from watchword.features.delivery.rules import (
    LEASE,
    Message,
    Priority,
    ProviderName,
    Queued,
    Refused,
    SendOutcome,
    State,
    Uncertain,
    Withdrawn,
    room_for_bulk,
)
from watchword.features.delivery.service import Deliveries, bell_of
from watchword.features.templates.rules import WordsMissing
from watchword.foundation.bells import Bells
from watchword.foundation.roster import at_work_alone
from watchword.foundation.sealing import KeyAway, SealBroken
from watchword.foundation.watching import NOBODY, Act, Onlooker

LOOK_EVERY = 1.0  # seconds; what no bell has told of is found by looking
RECOVER_EVERY = 10.0
QUIET_FOR = 0.05  # seconds; after so long without a bell we ask what is due later
REST_AFTER_A_FAULT = 1.0
LOOK_AT_PACE = 0.1
SEND_WITHIN = LEASE.total_seconds() - 5.0  # so that a lease outlives its attempt
TOO_LATE = "too_late"

NoteRest: TypeAlias = Callable[[ProviderName, Breaker], Awaitable[None]]

log = structlog.get_logger()


class Lane:
    _bulk = 0
    """How many are under way that nobody waits for."""

    def __init__(
        self,
        *,
        name: ProviderName,
        provider: Provider,
        deliveries: Deliveries,
        bells: Bells,
        concurrency: int,
        chance: Callable[[], float],
        now: Callable[[], datetime],
        look_every: float = LOOK_EVERY,
        rests: bool = True,
        note_rest: NoteRest | None = None,
        watch: Onlooker = NOBODY,
        turns: Callable[[], None] = at_work_alone,
    ) -> None:
        """`rests`: whether a provider that fails is left alone for a while.

        `note_rest` writes down when such a while begins or ends.

        `watch` looks on, and `turns` is told whenever we look around.
        """
        self._name = name
        self._provider = provider
        self._deliveries = deliveries
        self._ear = bells.listen(bell_of(name))
        self._concurrency = concurrency
        self._chance = chance
        self._now = now
        self._look_every = look_every
        self._rests = rests
        self._note_rest = note_rest
        self._noted_rest: datetime | None = None
        self._watch = watch
        self._turns = turns
        self._breaker = Breaker()
        self._under_way: set[Task[None]] = set()
        self._is_full = False
        self._is_stopping = False
        self._recovered_at = float("-inf")

    async def run(self) -> None:
        """Work until `stop`; then let what is under way come to its end."""
        while not self._is_stopping:
            try:
                await self._turn()
            except Exception as fault:  # noqa: BLE001 - whatever it is, others wait behind it
                log.warning("lane.failed", provider=self._name, fault=type(fault).__name__)
                await asyncio.sleep(REST_AFTER_A_FAULT)
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=SEND_WITHIN)

    def stop(self) -> None:
        self._is_stopping = True
        self._ear.rung.set()

    async def _turn(self) -> None:
        self._turns()
        await self._recover()
        under_way = len(self._under_way)
        free = self._breaker.lets_through(self._concurrency, under_way, self._now())
        claimed = await self._claim(free) if free > 0 else []
        await self._tell_of_rests()
        if self._breaker.has_tripped:
            # Whoever is not needed for trying the provider goes on to another one.
            await self._deliveries.divert(self._name)
        for queued in claimed:
            task = asyncio.create_task(self._carry(queued))
            self._under_way.add(task)
            if queued.priority is Priority.BULK:
                self._bulk += 1
                task.add_done_callback(self._bulk_done)
            task.add_done_callback(self._done)
        self._is_full = len(claimed) >= free or not self._room_for_bulk()
        await self._ear.wait(await self._until_due(claimed))

    async def _claim(self, free: int) -> Sequence[Queued]:
        # A provider is tried with what was never tried. What failed before may fail by itself.
        freshest = self._breaker.has_tripped
        bulk = self._room_for_bulk()
        return await self._deliveries.claim(self._name, free, freshest=freshest, bulk=bulk)

    def _room_for_bulk(self) -> int:
        return room_for_bulk(self._concurrency, self._bulk)

    async def _tell_of_rests(self) -> None:
        """Let people see that a provider is left alone, or is not any more."""
        rests_until = self._breaker.rests_until
        if self._note_rest is None or rests_until == self._noted_rest:
            return
        await self._note_rest(self._name, self._breaker)
        self._noted_rest = rests_until

    async def _until_due(self, claimed: Sequence[Queued]) -> float:
        if self._is_full:
            return self._look_every
        if claimed:
            return min(QUIET_FOR, self._look_every)
        due_in = await self._deliveries.next_due(self._name)
        if due_in is not None and self._deliveries.paces.has(self._name):
            # What is due may have to wait for its pace, and nobody tells when that is over.
            due_in = max(due_in, LOOK_AT_PACE)
        return self._look_every if due_in is None else min(due_in, self._look_every)

    def _done(self, task: Task[None]) -> None:
        self._under_way.discard(task)
        if fault := task.exception():
            # What cannot be settled now is found again when its lease has run out.
            log.warning("message.not_settled", provider=self._name, fault=type(fault).__name__)
        if self._is_full:
            self._ear.rung.set()

    def _bulk_done(self, _: Task[None]) -> None:
        self._bulk -= 1

    async def _recover(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._recovered_at < RECOVER_EVERY:
            return
        self._recovered_at = now
        knows_repeats = self._provider.knows_repeats
        lapsed = await self._deliveries.recover(self._name, knows_repeats=knows_repeats)
        if lapsed:
            log.warning("messages.lapsed", provider=self._name, count=lapsed)

    async def _carry(self, queued: Queued) -> None:
        with self._watch.over(Act.MESSAGE, self._name) as look:
            look.ended = await self._deliver(queued)

    async def _deliver(self, queued: Queued) -> str:
        """Deliver a message, and say what became of it."""
        try:
            message = await self._deliveries.open(queued)
        except KeyAway:
            # A newer keyring may be on its way to this machine.
            await self._deliveries.postpone(queued, "key", self._chance())
            return State.QUEUED
        except (SealBroken, WordsMissing) as fault:
            outcome: SendOutcome | Withdrawn = Refused(type(fault).__name__)
        else:
            outcome = await self._send(queued, message)
            if self._rests:
                is_first = queued.attempts == 1
                self._breaker = noted(self._breaker, outcome, self._now(), is_first=is_first)
                self._watch.rests(self._name, is_resting=self._breaker.has_tripped)
        return await self._settle(queued, outcome)

    async def _settle(self, queued: Queued, outcome: SendOutcome | Withdrawn) -> str:
        after = await self._deliveries.settle(
            queued, outcome, knows_repeats=self._provider.knows_repeats, chance=self._chance()
        )
        if after is None:
            log.warning("message.settled_too_late", message_id=str(queued.id))
            return TOO_LATE
        if after.state is State.QUEUED:
            self._ear.rung.set()  # It may be due sooner than our next look.
        log.info(
            "message.settled",
            message_id=str(queued.id),
            provider=self._name,
            state=after.state,
            reason=after.reason,
            attempts=queued.attempts,
        )
        return after.state

    async def _send(self, queued: Queued, message: Message) -> SendOutcome | Withdrawn:
        with self._watch.over(Act.SEND, self._name) as look:
            outcome = await self._hand_over(queued, message)
            look.ended = outcome.word
        return outcome

    async def _hand_over(self, queued: Queued, message: Message) -> SendOutcome | Withdrawn:
        look = partial(self._deliveries.look_again, queued)
        try:
            with looked_at_last(look):
                async with asyncio.timeout(SEND_WITHIN):
                    return await self._provider.send(message)
        except HeldBack as held:
            return held.outcome
        except TimeoutError:
            return Uncertain("timeout")
        except Exception as fault:  # noqa: BLE001 - a provider's mistake must not end the lane
            # Its words may quote the message, so they are not passed on.
            log.error("provider.failed", provider=self._name, fault=type(fault).__name__)  # noqa: TRY400
            return Uncertain("fault")
