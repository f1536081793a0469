"""What time it is for the database, whatever the clocks of our machines do."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as some

from watchword.foundation.clock import to_microseconds
from watchword.foundation.storage.moments import STALE_AFTER, LocalTime, ServerTime

SECOND = 1_000_000  # microseconds
LONG_AGO = 1_000 * SECOND


@dataclass
class Clock:
    """A steady clock that goes on when it is told to."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Server:
    """A server with a clock of its own, and a wire that takes its time."""

    clock: Clock
    microseconds: int = LONG_AGO
    trip: float = 0.0

    async def tell(self) -> int:
        self.clock.seconds += self.trip
        return self.microseconds


@given(some.lists(some.integers(0, 2**62), min_size=1))
def test_a_local_clock_that_is_set_back_takes_no_moment_back(readings: list[int]) -> None:
    nanoseconds = iter(readings)
    local = LocalTime(lambda: next(nanoseconds), steady=lambda: 0)

    moments = [local.now() for _ in readings]

    assert moments == sorted(moments)
    assert to_microseconds(moments[-1]) == max(readings) // 1000


def test_a_local_clock_that_was_ahead_and_is_set_back_does_not_stop_the_time() -> None:
    nanoseconds, steady = iter([3600, 0, 0]), iter([0, 0, 7, 9])
    local = LocalTime(lambda: next(nanoseconds) * 10**9, steady=lambda: next(steady) * 10**9)

    moments = [to_microseconds(local.now()) // SECOND for _ in range(3)]

    assert moments == [3600, 3607, 3609]


async def test_the_time_of_a_server_is_its_own_and_not_ours() -> None:
    clock = Clock()
    time = ServerTime(clock)

    await time.ask(Server(clock).tell)

    assert to_microseconds(time.now()) == LONG_AGO


async def test_between_two_askings_our_steady_clock_carries_it_on() -> None:
    clock = Clock()
    time = ServerTime(clock)
    await time.ask(Server(clock).tell)

    clock.seconds += 1.5

    assert to_microseconds(time.now()) == LONG_AGO + 1.5 * SECOND


async def test_it_is_asked_for_at_first_and_again_when_it_is_stale() -> None:
    clock = Clock()
    time = ServerTime(clock)
    assert time.is_stale

    await time.ask(Server(clock).tell)
    assert not time.is_stale

    clock.seconds += STALE_AFTER + 0.1
    assert time.is_stale


async def test_a_server_that_is_set_back_takes_no_moment_back() -> None:
    clock = Clock()
    time, server = ServerTime(clock), Server(clock)
    await time.ask(server.tell)
    before = time.now()

    server.microseconds -= 60 * SECOND
    await time.ask(server.tell)

    assert time.now() == before


async def test_a_server_that_is_set_forward_is_followed() -> None:
    clock = Clock()
    time, server = ServerTime(clock), Server(clock)
    await time.ask(server.tell)

    server.microseconds += 60 * SECOND
    await time.ask(server.tell)

    assert to_microseconds(time.now()) == LONG_AGO + 60 * SECOND


async def test_a_slow_wire_makes_a_code_end_early_and_never_late() -> None:
    clock = Clock()
    time, server = ServerTime(clock), Server(clock, trip=0.2)

    await time.ask(server.tell)

    # What the server said was true before the answer came back, so it is later by now.
    assert to_microseconds(time.now()) >= LONG_AGO
    assert to_microseconds(time.now()) <= LONG_AGO + 0.2 * SECOND
