"""What each operation costs, beside the bare framework and driver.

    make bench                  # some minutes
    make bench QUICK=1          # or: python bench/run.py --quick

Rounds are short, and ours and the floor take turns, so that a busy minute meets them both; what
is shown is the median. A budget is a goal, shown as met or missed; nothing fails because of one.
"""

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from logging import ERROR
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import console, gates, sales, storage, wallet
from bench.drain import drained
from bench.drift import find_drift
from bench.figures import Figure, keep, machine, table
from bench.hanging import felt
from bench.measures import Plan, beside_the_floor, on_postgresql, pairs_on_sqlite, say
from bench.programs import ours
from tests.postgresql import TestServer, found, start
from watchword.foundation.log import set_up_log

QUICK, WHOLE = Plan(rounds=3, many=600), Plan(rounds=7, many=2000)
STARTS, REST = 5, 1.0  # times; seconds
PROGRAM = Path(sys.executable).with_name("watchword")
VERSION = "start of `watchword --version`"


async def main(plan: Plan, *, is_quick: bool) -> None:
    if drift := await find_drift():
        sys.exit(f"The floor does not execute what we do; mend bench/floor.py.\n{drift}")
    figures = [
        *await beside_the_floor(plan),
        *await pairs_on_sqlite(plan),
        await at_rest(),
        starts(),
        *await drained(plan.many, min(plan.rounds, 3)),
        *await felt(plan.many, min(plan.rounds, 3)),
        *await sales.on_sqlite(plan.rounds, plan.many),
        *await wallet.on_sqlite(plan.rounds),
        *await gates.on_sqlite(plan.rounds),
        *await console.on_sqlite(console.MANY // 10 if is_quick else console.MANY),
    ]
    with postgresql() as (name, server):
        if server:
            figures += await on_postgresql(server.create_database, plan)
        figures += await asyncio.to_thread(blocks, server, plan)
    print(table(figures))
    kept = keep(figures, machine(name), is_quick=is_quick)
    say(f"Written to {kept.relative_to(Path.cwd()) if kept.is_relative_to(Path.cwd()) else kept}")


async def at_rest() -> Figure:
    """Measure the memory of a server that sends too, and has nothing to do."""
    with TemporaryDirectory() as folder:
        async with ours(f"sqlite:///{folder}/rest.db", "work") as server:
            await asyncio.sleep(REST)
            held = server.megabytes()
    return Figure(name="memory at rest", unit="MB", rounds=[held], most=150)


def starts() -> Figure:
    if not PROGRAM.exists():
        return Figure(name=VERSION, unit="s", most=0.5, note="there is no command yet")
    return Figure(name=VERSION, unit="s", most=0.5, rounds=[_start() for _ in range(STARTS)])


def _start() -> float:
    began = time.perf_counter()
    subprocess.run([PROGRAM, "--version"], check=True, capture_output=True)  # noqa: S603 - our own
    return time.perf_counter() - began


@contextmanager
def postgresql() -> Iterator[tuple[str | None, TestServer | None]]:
    """Start the newest PostgreSQL of this machine, if there is one."""
    servers = found()
    if not servers:
        say("PostgreSQL is not measured: there is none on this machine.")
        yield None, None
        return
    name, binaries = next(iter(servers.items()))
    server = start(binaries)
    try:
        yield name, server
    finally:
        server.stop()


def blocks(server: TestServer | None, plan: Plan) -> list[Figure]:
    """Measure a durable block of four statements alone; see `storage.py`."""
    rounds: dict[str, list[float]] = {}
    for number in range(plan.rounds):
        with TemporaryDirectory() as folder:
            costs = storage.measure_sqlite(Path(folder))
        if server:
            costs |= asyncio.run(storage.measure_postgresql(server.create_database()))
        for name, cost in costs.items():
            rounds.setdefault(name, []).append(cost)
        say(f"blocks of statements: round {number + 1} of {plan.rounds}")
    return [
        Figure(name=f"a block of 4 statements: {name}", unit="µs CPU", rounds=costs)
        for name, costs in rounds.items()
    ]


if __name__ == "__main__":
    set_up_log(level=ERROR)  # or the table stands below a line for each message
    arguments = argparse.ArgumentParser(description="What each operation costs.")
    arguments.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    is_quick: bool = arguments.parse_args().quick
    asyncio.run(main(QUICK if is_quick else WHOLE, is_quick=is_quick))
