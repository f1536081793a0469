"""The worker of webhooks: takes a hand of deliveries for each endpoint, and sends them.

Each endpoint has a lane of its own. One that hangs keeps its own few places busy and no others,
and those that fail may never fill more than half of all places.
"""

import asyncio
from asyncio import Task
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from watchword.features.webhooks.ports import Connector
from watchword.features.webhooks.posting.service import Posting, Turn
from watchword.features.webhooks.rules import (
    Answer,
    Attempt,
    Claimed,
    Ended,
    EndpointId,
    Hand,
    SignedRequest,
)
from watchword.features.webhooks.schedule import (
    IN_FLIGHT_AT_MOST,
    LEASE,
    in_flight,
    is_success,
    next_hand,
)
from watchword.features.webhooks.service import BELL
from watchword.foundation.bells import Bells
from watchword.foundation.roster import at_work_alone
from watchword.foundation.sealing import KeyAway, SealBroken
from watchword.foundation.storage import Now
from watchword.foundation.watching import NOBODY, Act, Onlooker

LOOK_EVERY = 1.0  # seconds; what no bell has told of is found by looking
GATHER_FOR = 0.005  # seconds; what comes close together is claimed together
RECOVER_EVERY = 10.0
RECOVERED_AT_ONCE = 500
REST_AFTER_A_FAULT = 1.0
SEND_WITHIN = 25.0  # longer than a connector takes
START_WITHIN = LEASE.total_seconds() - SEND_WITHIN - 5.0  # so that a lease outlives its attempts
SIZES_KEPT = 10_000

log = structlog.get_logger()


class WebhookWorker:
    def __init__(
        self,
        *,
        posting: Posting,
        connector: Connector,
        bells: Bells,
        concurrency: int,
        chance: Callable[[], float],
        now: Now,
        look_every: float = LOOK_EVERY,
        watch: Onlooker = NOBODY,
        turns: Callable[[], None] = at_work_alone,
    ) -> None:
        """`concurrency`: how many webhooks are on their way at once, to all endpoints together."""
        self._posting = posting
        self._connector = connector
        self._ear = bells.listen(BELL)
        self._places = max(concurrency // IN_FLIGHT_AT_MOST, 2)
        self._chance = chance
        self._now = now
        self._look_every = look_every
        self._watch = watch
        self._turns = turns
        self._under_way: dict[EndpointId, Task[None]] = {}
        self._failing: set[EndpointId] = set()
        self._sizes: dict[EndpointId, int] = {}
        self._turn = Turn()
        self._recovered_at = float("-inf")
        self._is_stopping = False

    async def run(self) -> None:
        """Work until `stop`; then let what is under way come to its end."""
        while not self._is_stopping:
            try:
                await self._look()
            except Exception as fault:  # noqa: BLE001 - whatever it is, others wait behind it
                log.warning("webhooks.failed", fault=type(fault).__name__)
                await asyncio.sleep(REST_AFTER_A_FAULT)
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=SEND_WITHIN)

    def stop(self) -> None:
        self._is_stopping = True
        self._ear.rung.set()

    async def _look(self) -> None:
        self._turns()
        await self._recover()
        free = self._places - len(self._under_way)
        hands: Sequence[Hand] = []
        if free > 0:
            hands = await self._posting.claim(
                busy={*self._under_way},
                turn=self._turn,
                most=free,
                most_failing=self._places // 2 - len(self._failing),
                size=lambda id: self._sizes.get(id, IN_FLIGHT_AT_MOST),
            )
        for hand in hands:
            self._begin(hand)
        await self._ear.wait(self._look_every)
        if not self._is_stopping:
            await asyncio.sleep(GATHER_FOR)

    def _begin(self, hand: Hand) -> None:
        id = hand.endpoint.id
        if hand.endpoint.is_failing:
            self._turn.failing = id
            self._failing.add(id)
        else:
            self._turn.well = id
        task = asyncio.create_task(self._serve(hand))
        self._under_way[id] = task
        task.add_done_callback(lambda done: self._done(id, done))

    def _done(self, id: EndpointId, task: Task[None]) -> None:
        del self._under_way[id]
        self._failing.discard(id)
        if fault := task.exception():
            # What cannot be settled now is found again when its lease has run out.
            log.warning("webhooks.not_settled", endpoint_id=str(id), fault=type(fault).__name__)
        self._ear.rung.set()  # There may be more for it, and there is a place.

    async def _recover(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._recovered_at < RECOVER_EVERY:
            return
        self._recovered_at = now
        if lapsed := await self._posting.recover(RECOVERED_AT_ONCE):
            log.warning("webhooks.lapsed", count=lapsed)

    async def _serve(self, hand: Hand) -> None:
        """Send a hand, a few at once, up to the first that fails; put the rest back."""
        seconds = asyncio.get_running_loop().time
        began, goes_on = seconds(), True
        left, ended = deque(hand.claimed), list[Ended]()

        async def send_in_turn() -> None:
            nonlocal goes_on
            while left and goes_on and not self._is_stopping and seconds() - began < START_WITHIN:
                one = await self._attempt(hand, left.popleft())
                ended.append(one)
                goes_on = goes_on and is_success(one.answer)

        await asyncio.gather(*(send_in_turn() for _ in range(in_flight(hand.endpoint))))
        self._note_size(hand, all_went_well=goes_on, seconds=seconds() - began)
        await self._settle(hand, ended, left)

    def _note_size(self, hand: Hand, *, all_went_well: bool, seconds: float) -> None:
        id = hand.endpoint.id
        if len(self._sizes) >= SIZES_KEPT:
            self._sizes.clear()
        size = next_hand(len(hand.claimed), all_went_well=all_went_well, seconds=seconds)
        self._sizes[id] = size

    async def _settle(self, hand: Hand, ended: list[Ended], left: deque[Claimed]) -> None:
        disabled = await self._posting.settle(hand, ended, [*left], self._chance)
        for one in ended:
            log.debug(
                "webhook.sent",
                delivery_id=str(one.claimed.id),
                endpoint_id=str(hand.endpoint.id),
                word=one.answer.word,
                tries=one.claimed.tries,
                milliseconds=one.attempt.milliseconds,
            )
        if disabled is not None:
            log.warning(
                "webhook_endpoint.disabled", endpoint_id=str(disabled.id), reason=disabled.reason
            )

    async def _attempt(self, hand: Hand, claimed: Claimed) -> Ended:
        seconds, at = asyncio.get_running_loop().time, self._now()
        began = seconds()
        with self._watch.over(Act.WEBHOOK) as look:
            answer = await self._ask(hand, claimed)
            look.ended = _outcome(answer)
        attempt = Attempt(
            at=at,
            status=answer.status,
            word=answer.word,
            milliseconds=round((seconds() - began) * 1000),
        )
        return Ended(claimed, attempt, answer)

    async def _ask(self, hand: Hand, claimed: Claimed) -> Answer:
        try:
            request = self._posting.open(hand, claimed)
        except KeyAway:
            return Answer(word="key", is_ours=True)  # A newer keyring may be on its way.
        except SealBroken:
            return Answer(word="SealBroken", is_ours=True)
        return await self._send(request)

    async def _send(self, request: SignedRequest) -> Answer:
        try:
            async with asyncio.timeout(SEND_WITHIN):
                return await self._connector.post(request)
        except TimeoutError:
            return Answer(word="timeout")
        except Exception as fault:  # noqa: BLE001 - a mistake of ours must not end the worker
            # Its words may quote the address, so they are not passed on.
            log.error("webhooks.connector_failed", fault=type(fault).__name__)  # noqa: TRY400
            return Answer(word="fault", is_ours=True)


def _outcome(answer: Answer) -> str:
    if answer.is_ours:
        return "not_sent"
    return "taken" if is_success(answer) else "failed"
