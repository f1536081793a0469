"""The worker of a lane: claims messages, sends them outside any transaction, settles them.

Each provider has a lane of its own. One that hangs holds up nobody but those in its lane, and
those move on to the next provider of their channel when there is one.
"""

import asyncio
from asyncio import Task
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from time import monotonic
from typing import TypeAlias

import structlog

from watchword.features.delivery.breaker import Breaker, noted
from watchword.features.delivery.departures.service import HeldBack, looked_at_last
from watchword.features.delivery.ports import Provider
from watchword.features.delivery.room import (
    is_worth_a_claim,
    most_bulk,
    most_with_provider,
    room_for_bulk,
)
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
)
from watchword.features.delivery.service import Deliveries, bell_of
from watchword.features.templates.rules import WordsMissing
from watchword.foundation.bells import Bells
from watchword.foundation.roster import at_work_alone
from watchword.foundation.sealing import KeyAway, SealBroken
from watchword.foundation.watching import NOBODY, Act, Onlooker
from watchword.workers.ahead import Ahead

LOOK_EVERY = 1.0  # seconds; what no bell has told of is found by looking
RECOVER_EVERY = 10.0
QUIET_FOR = 0.05  # seconds; after so long without a bell we ask what is due later
BULK_WAITS = 0.02  # at most, for others that leave room, so that many are claimed together
REST_AFTER_A_FAULT = 1.0
LOOK_AT_PACE = 0.1
SEND_WITHIN = LEASE.total_seconds() - 5.0  # so that a lease outlives its attempt
TOO_LATE = "too_late"

NoteRest: TypeAlias = Callable[[ProviderName, Breaker], Awaitable[None]]

log = structlog.get_logger()


class Lane:
    _with_provider = 0
    """How many the provider has, or is about to get. All others in hand are being settled."""
    _bulk = 0
    """How many of them are such as nobody waits for."""
    _codes_wait = _bulk_waits = False
    """Whether there may be more than there was room for."""
    _is_looking = _is_room_made = _is_told_later = False
    """While we look around, room that is made is told of afterwards."""
    _is_stopping = False
    _recovered_at = float("-inf")

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
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        """`rests`: whether a provider that fails is left alone for a while.

        `note_rest` writes down when such a while begins or ends.

        `watch` looks on, and `turns` is told whenever we look around. `seconds`: a steady clock.
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
        self._in_hand: set[Task[None]] = set()
        self._ahead = Ahead(concurrency, seconds)

    async def run(self) -> None:
        """Work until `stop`; then let what is under way come to its end."""
        while not self._is_stopping:
            try:
                await self._turn()
            except Exception as fault:  # noqa: BLE001 - whatever it is, others wait behind it
                log.warning("lane.failed", provider=self._name, fault=type(fault).__name__)
                await asyncio.sleep(REST_AFTER_A_FAULT)
        await self._go_home()

    def stop(self) -> None:
        self._is_stopping = True
        self._ear.rung.set()

    async def _go_home(self) -> None:
        try:
            await self._give_back(everything=True)
        except Exception as fault:  # noqa: BLE001 - what is under way is to end all the same
            log.warning("lane.failed", provider=self._name, fault=type(fault).__name__)
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=SEND_WITHIN)

    async def _turn(self) -> None:
        self._turns()
        await self._recover()
        self._is_looking, self._is_room_made = True, False
        try:
            await self._give_back(everything=self._breaker.has_tripped)
            has_claimed = await self._look_around()
        finally:
            self._is_looking = False
        if self._is_room_made:
            self._tell_of_room()
        await self._ear.wait(await self._until_due(has_claimed=has_claimed))

    async def _give_back(self, *, everything: bool) -> None:
        """Let go of what was claimed ahead, if it cannot leave."""
        given = self._ahead.give_back(everything=everything)
        if given:
            await self._deliveries.give_back(given)

    async def _look_around(self) -> bool:
        """Begin with what there is room for, and say whether there was anything."""
        unsettled = len(self._in_hand) - self._with_provider
        most = most_with_provider(self._concurrency, unsettled)
        free = self._breaker.lets_through(most, self._with_provider, self._now())
        claimed: Sequence[Queued] = await self._claim(free) if free > 0 else []
        self._codes_wait = self._codes_wait or free <= 0
        await self._tell_of_rests()
        if self._breaker.has_tripped:
            # Whoever is not needed for trying the provider goes on to another one.
            await self._deliveries.divert(self._name)
        self._ahead.put(claimed)
        self._begin_what_may()
        return bool(claimed)

    async def _claim(self, free: int) -> Sequence[Queued]:
        # A provider is tried with what was never tried. What failed before may fail by itself.
        freshest = self._breaker.has_tripped
        if not self._deliveries.paces.has(self._name):
            self._ahead.reckon()  # What has a pace of its own gets nothing ahead of it.
        bulk, most = self._room_for_bulk(), free
        if not freshest:
            most = free + max(self._ahead.most - len(self._ahead), 0)
        claimed = await self._deliveries.claim(self._name, most, freshest=freshest, bulk=bulk)
        of_bulk = sum(each.priority is Priority.BULK for each in claimed)
        self._bulk_waits = of_bulk >= min(bulk, most)
        # Codes go first. Where something else was claimed, none is left.
        self._codes_wait = len(claimed) >= most and (freshest or not of_bulk)
        return claimed

    def _most_bulk(self) -> int:
        return most_bulk(self._concurrency) + self._ahead.most

    def _room_for_bulk(self) -> int:
        return max(self._most_bulk() - self._bulk - len(self._ahead), 0)

    def _begin_what_may(self) -> None:
        while self._with_provider < self._concurrency:
            is_room = room_for_bulk(self._concurrency, self._bulk) > 0
            queued = self._ahead.take(is_room_for_bulk=is_room)
            if queued is None:
                return
            self._begin(queued)

    def _begin(self, queued: Queued) -> None:
        self._with_provider += 1
        if queued.priority is Priority.BULK:
            self._bulk += 1
        task = asyncio.create_task(self._carry(queued))
        self._in_hand.add(task)
        task.add_done_callback(self._done)

    async def _tell_of_rests(self) -> None:
        """Let people see that a provider is left alone, or is not any more."""
        rests_until = self._breaker.rests_until
        if self._note_rest is None or rests_until == self._noted_rest:
            return
        await self._note_rest(self._name, self._breaker)
        self._noted_rest = rests_until

    async def _until_due(self, *, has_claimed: bool) -> float:
        if self._codes_wait or self._bulk_waits:
            return self._look_every
        if has_claimed:
            return min(QUIET_FOR, self._look_every)
        due_in = await self._deliveries.next_due(self._name)
        if due_in is not None and self._deliveries.paces.has(self._name):
            # What is due may have to wait for its pace, and nobody tells when that is over.
            due_in = max(due_in, LOOK_AT_PACE)
        return self._look_every if due_in is None else min(due_in, self._look_every)

    def _done(self, task: Task[None]) -> None:
        self._in_hand.discard(task)
        if fault := task.exception():
            # What cannot be settled now is found again when its lease has run out.
            log.warning("message.not_settled", provider=self._name, fault=type(fault).__name__)
        self._tell_of_room()

    def _make_room(self, queued: Queued) -> None:
        self._with_provider -= 1
        if queued.priority is Priority.BULK:
            self._bulk -= 1
            self._ahead.has_left()
        if not self._is_stopping and not self._breaker.has_tripped:
            self._begin_what_may()
        self._tell_of_room()

    def _tell_of_room(self) -> None:
        """Have another look around; a little later, if what waits is better claimed together."""
        self._is_room_made = True
        if self._is_looking:
            return
        is_enough = is_worth_a_claim(self._room_for_bulk(), self._most_bulk())
        if self._codes_wait or (self._bulk_waits and is_enough):
            self._ear.rung.set()
        elif self._bulk_waits and not self._is_told_later:
            self._is_told_later = True
            asyncio.get_running_loop().call_later(BULK_WAITS, self._look_for_bulk)

    def _look_for_bulk(self) -> None:
        self._is_told_later = False
        if self._room_for_bulk():
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

    async def _carry(self, queued: Queued) -> None:
        with self._watch.over(Act.MESSAGE, self._name) as look:
            look.ended = await self._deliver(queued)

    async def _deliver(self, queued: Queued) -> str:
        """Deliver a message, and say what became of it."""
        try:
            outcome = await self._attempt(queued)
        finally:
            self._make_room(queued)
        if outcome is None:
            # A newer keyring may be on its way to this machine.
            await self._deliveries.postpone(queued, "key", self._chance())
            return State.QUEUED
        return await self._settle(queued, outcome)

    async def _attempt(self, queued: Queued) -> SendOutcome | Withdrawn | None:
        """Send a message; nothing, if its key is not here."""
        try:
            message = await self._deliveries.open(queued)
        except KeyAway:
            return None
        except (SealBroken, WordsMissing) as fault:
            return Refused(type(fault).__name__)
        outcome = await self._send(queued, message)
        if self._rests:
            is_first = queued.attempts == 1
            self._breaker = noted(self._breaker, outcome, self._now(), is_first=is_first)
            self._watch.rests(self._name, is_resting=self._breaker.has_tripped)
        return outcome

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
