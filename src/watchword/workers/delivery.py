"""The worker of a lane: claims messages, sends them outside any transaction, settles them.

Each provider has a lane of its own. One that hangs holds up nobody but those in its lane, and
those move on to the next provider of their channel when there is one.
"""

import asyncio
from asyncio import Task
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from watchword.features.delivery.breaker import Breaker, noted
from watchword.features.delivery.ports import Provider
from watchword.features.delivery.rules import (
    LEASE,
    Message,
    ProviderName,
    Queued,
    Refused,
    SendOutcome,
    State,
    Uncertain,
)
from watchword.features.delivery.service import Deliveries, bell_of
from watchword.features.templates.rules import WordsMissing
from watchword.foundation.bells import Bells
from watchword.foundation.sealing import KeyAway, SealBroken

LOOK_EVERY = 1.0  # seconds; what no bell has told of is found by looking
RECOVER_EVERY = 10.0
QUIET_FOR = 0.05  # seconds; after so long without a bell we ask what is due later
REST_AFTER_A_FAULT = 1.0
SEND_WITHIN = LEASE.total_seconds() - 5.0  # so that a lease outlives its attempt

log = structlog.get_logger()


class Lane:
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
    ) -> None:
        """`rests`: whether a provider that fails is left alone for a while."""
        self._name = name
        self._provider = provider
        self._deliveries = deliveries
        self._ear = bells.listen(bell_of(name))
        self._concurrency = concurrency
        self._chance = chance
        self._now = now
        self._look_every = look_every
        self._rests = rests
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
        await self._recover()
        under_way = len(self._under_way)
        free = self._breaker.lets_through(self._concurrency, under_way, self._now())
        claimed = await self._claim(free) if free > 0 else []
        if self._breaker.has_tripped:
            # Whoever is not needed for trying the provider goes on to another one.
            await self._deliveries.divert(self._name)
        for queued in claimed:
            task = asyncio.create_task(self._deliver(queued))
            self._under_way.add(task)
            task.add_done_callback(self._done)
        self._is_full = len(claimed) >= free
        await self._ear.wait(await self._until_due(claimed))

    async def _claim(self, free: int) -> Sequence[Queued]:
        # A provider is tried with what was never tried. What failed before may fail by itself.
        freshest = self._breaker.has_tripped
        return await self._deliveries.claim(self._name, free, freshest=freshest)

    async def _until_due(self, claimed: Sequence[Queued]) -> float:
        if self._is_full:
            return self._look_every
        if claimed:
            return min(QUIET_FOR, self._look_every)
        due_in = await self._deliveries.next_due(self._name)
        return self._look_every if due_in is None else min(due_in, self._look_every)

    def _done(self, task: Task[None]) -> None:
        self._under_way.discard(task)
        if fault := task.exception():
            # What cannot be settled now is found again when its lease has run out.
            log.warning("message.not_settled", provider=self._name, fault=type(fault).__name__)
        if self._is_full:
            self._ear.rung.set()

    async def _recover(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._recovered_at < RECOVER_EVERY:
            return
        self._recovered_at = now
        knows_repeats = self._provider.knows_repeats
        lapsed = await self._deliveries.recover(self._name, knows_repeats=knows_repeats)
        if lapsed:
            log.warning("messages.lapsed", provider=self._name, count=lapsed)

    async def _deliver(self, queued: Queued) -> None:
        try:
            message = self._deliveries.open(queued)
        except KeyAway:
            # A newer keyring may be on its way to this machine.
            await self._deliveries.postpone(queued, "key", self._chance())
            return
        except (SealBroken, WordsMissing) as fault:
            outcome: SendOutcome = Refused(type(fault).__name__)
        else:
            outcome = await self._send(message)
            if self._rests:
                is_first = queued.attempts == 1
                self._breaker = noted(self._breaker, outcome, self._now(), is_first=is_first)
        await self._settle(queued, outcome)

    async def _settle(self, queued: Queued, outcome: SendOutcome) -> None:
        after = await self._deliveries.settle(
            queued, outcome, knows_repeats=self._provider.knows_repeats, chance=self._chance()
        )
        if after is None:
            log.warning("message.settled_too_late", message_id=str(queued.id))
            return
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

    async def _send(self, message: Message) -> SendOutcome:
        try:
            async with asyncio.timeout(SEND_WITHIN):
                return await self._provider.send(message)
        except TimeoutError:
            return Uncertain("timeout")
        except Exception as fault:  # noqa: BLE001 - a provider's mistake must not end the lane
            # Its words may quote the message, so they are not passed on.
            log.error("provider.failed", provider=self._name, fault=type(fault).__name__)  # noqa: TRY400
            return Uncertain("fault")
