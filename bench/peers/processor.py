"""How much processor time whole trees of processes have used, as the kernel counts it."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
# In /proc/<pid>/stat, counted from the state, which follows the name in brackets.
PARENT, TIMES = 1, slice(11, 15)
# In the first line of /proc/stat: user, nice, system, then what is idle, then interrupts.
BUSY = (1, 2, 3, 6, 7)


def seconds_used(roots: Iterable[int]) -> float:
    """User and system time of the trees below `roots`, with children that have already ended.

    A living child is not in its parent's `cutime`, and one that was waited for is: no second is
    counted twice, and none is lost when a server replaces a worker.
    """
    processes = dict(stats())
    return sum(ticks(processes[pid]) for pid in tree(roots, processes)) / TICKS


def seconds_of_the_machine() -> float:
    """What all processors have worked, for whomever, since the machine was started."""
    times = Path("/proc/stat").read_text().partition("\n")[0].split()
    return sum(int(times[column]) for column in BUSY) / TICKS


def tree(roots: Iterable[int], processes: dict[int, list[str]]) -> set[int]:
    found: set[int] = set()
    fresh = {pid for pid in roots if pid in processes}
    while fresh:
        found |= fresh
        fresh = {pid for pid, stat in processes.items() if int(stat[PARENT]) in fresh} - found
    return found


def ticks(stat: list[str]) -> int:
    return sum(int(value) for value in stat[TIMES])


def stats() -> Iterator[tuple[int, list[str]]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text()
            except OSError:
                continue  # It ended while we were looking.
            yield int(folder.name), text.rpartition(")")[2].split()
