"""Rounds of pairs, the peers taking turns, so that a busy minute of the machine meets them all."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, process_time

import msgspec

from bench.peers.peer import Peer, Refused, Unavailable
from bench.peers.processor import seconds_used
from bench.peers.sink import Sink

TO_DELIVER = 30.0
# What a server still does after the last answer, settling its outbox, is part of its pairs.
AFTERWARDS = 0.5

FAULTS = (Refused, Unavailable, OSError, EOFError, TimeoutError, msgspec.DecodeError)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    rounds: int
    pairs: int
    concurrency: int
    warm_up_seconds: float

    @property
    def addresses(self) -> list[str]:
        return [f"person{number}@example.org" for number in range(self.pairs)]


@dataclass(frozen=True, slots=True)
class Round:
    done: int
    seconds: float
    processor_seconds: float
    driver_seconds: float

    @property
    def pairs_per_second(self) -> float:
        return self.done / self.seconds

    @property
    def cpu_ms_per_pair(self) -> float:
        return 1000 * self.processor_seconds / self.done

    @property
    def driver_cpu_ms_per_pair(self) -> float:
        """What we spend ourselves, sink included; it is shown, and never counted as a peer's."""
        return 1000 * self.driver_seconds / self.done


@dataclass(slots=True)
class Reading:
    """All that is known about one peer; `fault` says why there are no rounds, or not all pairs."""

    peer: Peer
    rounds: list[Round] = field(default_factory=list)
    failed: int = 0
    fault: str = ""
    out: bool = False

    @property
    def pairs_per_second(self) -> float | None:
        return median(each.pairs_per_second for each in self.rounds) if self.rounds else None

    @property
    def cpu_ms_per_pair(self) -> float | None:
        return median(each.cpu_ms_per_pair for each in self.rounds) if self.rounds else None

    def give_up(self, fault: BaseException) -> None:
        self.out = True
        self.fault = described(fault)


async def measure(peers: Sequence[Peer], plan: Plan, say: Say) -> list[Reading]:
    sink = Sink()
    await sink.start()
    readings = [Reading(peer) for peer in peers]
    try:
        for reading in readings:
            await set_up(reading, sink, plan, say)
        for number in range(plan.rounds):
            for reading in readings:
                if not reading.out:
                    await one_round(reading, sink, plan)
                    say(f"round {number + 1}: {reading.peer.name}")
    finally:
        for reading in readings:
            await reading.peer.stop()
        await sink.stop()
    return readings


async def set_up(reading: Reading, sink: Sink, plan: Plan, say: Say) -> None:
    """Install, start, enrol, and warm up."""
    try:
        say(f"installing {reading.peer.name} {reading.peer.version}")
        await reading.peer.install()
        say(f"starting {reading.peer.name}")
        await reading.peer.start(sink)
        await reading.peer.prepare(plan.addresses)
    except FAULTS as fault:
        reading.give_up(fault)
        say(f"NOT MEASURED: {reading.peer.name}: {reading.fault}")
        return
    say(f"warming up {reading.peer.name}")
    await warm_up(reading, sink, plan)


async def warm_up(reading: Reading, sink: Sink, plan: Plan) -> None:
    """Rounds that are not kept: a compiler at run time needs seconds to learn what is hot."""
    began = perf_counter()
    await one_round(reading, sink, plan)
    while not reading.out and perf_counter() - began < plan.warm_up_seconds:
        await one_round(reading, sink, plan)
    if not reading.out:
        reading.rounds, reading.failed, reading.fault = [], 0, ""


async def one_round(reading: Reading, sink: Sink, plan: Plan) -> None:
    peer, waiting = reading.peer, iter(plan.addresses)
    done = 0

    async def work() -> None:
        nonlocal done
        for address in waiting:
            try:
                await one_pair(peer, sink, address)
                done += 1
            except FAULTS as fault:
                reading.failed += 1
                reading.fault = described(fault)

    used, ours, began = seconds_used(peer.pids()), process_time(), perf_counter()
    await asyncio.gather(*(work() for _ in range(plan.concurrency)))
    seconds, driver = perf_counter() - began, process_time() - ours
    await asyncio.sleep(AFTERWARDS)
    if done:
        spent = seconds_used(peer.pids()) - used
        reading.rounds.append(Round(done, seconds, spent, driver))
    else:
        reading.out = True


async def one_pair(peer: Peer, sink: Sink, address: str) -> None:
    code = sink.expect(address)
    handle = await peer.create(address)
    if not await peer.check(address, handle, await asyncio.wait_for(code, TO_DELIVER)):
        raise Refused("the right code was not accepted")


def described(fault: BaseException) -> str:
    return " ".join(str(fault).split()) or type(fault).__name__
