"""Rounds of pairs, the peers taking turns, so that a busy minute of the machine meets them all."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from statistics import median
from time import perf_counter, process_time
from typing import Self

import msgspec

from bench.peers.peer import Peer, Refused, Unavailable
from bench.peers.processor import seconds_of_the_machine, seconds_used
from bench.peers.sink import Sink

TO_DELIVER = 30.0
# A server that sat idle while others had their turn is let find its feet, with a share of a round.
LEAD_IN = 5
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

    def crowd(self, peer: Peer) -> list[str]:
        size = max(peer.crowd, self.pairs)
        return [f"person{number}@example.org" for number in range(size)]


@dataclass(frozen=True, slots=True)
class Clocks:
    """Seconds of processor time: the peer's, ours, and everybody's."""

    peer: float
    driver: float
    machine: float

    @classmethod
    def read(cls, peer: Peer) -> Self:
        return cls(seconds_used(peer.pids()), process_time(), seconds_of_the_machine())

    def __sub__(self, earlier: Self) -> "Clocks":
        return Clocks(
            self.peer - earlier.peer, self.driver - earlier.driver, self.machine - earlier.machine
        )

    @property
    def strangers(self) -> float:
        return max(0.0, self.machine - self.peer - self.driver) / (os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Round:
    """`strangers` is the share of the machine that others had meanwhile."""

    done: int
    seconds: float
    processor_seconds: float
    driver_seconds: float
    strangers: float

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
    addresses: Iterator[str]
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

    @property
    def strangers(self) -> float:
        return median(each.strangers for each in self.rounds) if self.rounds else 0.0

    def give_up(self, fault: BaseException) -> None:
        self.out = True
        self.fault = described(fault)


async def measure(peers: Sequence[Peer], plan: Plan, say: Say) -> list[Reading]:
    sink = Sink()
    await sink.start()
    readings = [Reading(peer, cycle(plan.crowd(peer))) for peer in peers]
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
        await reading.peer.prepare(plan.crowd(reading.peer))
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
    await pairs(reading, sink, plan.pairs // LEAD_IN, plan.concurrency)
    before, began = Clocks.read(reading.peer), perf_counter()
    done = await pairs(reading, sink, plan.pairs, plan.concurrency)
    seconds = perf_counter() - began
    await asyncio.sleep(AFTERWARDS)
    spent = Clocks.read(reading.peer) - before
    if not done:
        reading.out = True
        return
    reading.rounds.append(
        Round(
            done=done,
            seconds=seconds,
            processor_seconds=spent.peer,
            driver_seconds=spent.driver,
            strangers=spent.strangers / (seconds + AFTERWARDS),
        )
    )


async def pairs(reading: Reading, sink: Sink, number: int, concurrency: int) -> int:
    """Each pair with the next address, so many at once; how many succeeded."""
    waiting = islice(reading.addresses, number)
    done = 0

    async def work() -> None:
        nonlocal done
        for address in waiting:
            try:
                await one_pair(reading.peer, sink, address)
                done += 1
            except FAULTS as fault:
                reading.failed += 1
                reading.fault = described(fault)

    await asyncio.gather(*(work() for _ in range(concurrency)))
    return done


async def one_pair(peer: Peer, sink: Sink, address: str) -> None:
    code = sink.expect(address)
    handle = await peer.create(address)
    if not await peer.check(address, handle, await asyncio.wait_for(code, TO_DELIVER)):
        raise Refused("the right code was not accepted")


def described(fault: BaseException) -> str:
    return " ".join(str(fault).split()) or type(fault).__name__
