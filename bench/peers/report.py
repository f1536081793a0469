"""What was measured: a table for people, and the same as JSON."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.peers.measure import Plan, Reading

HEADS = ("name", "version", "pairs/s", "CPU ms/pair", "x Watchword", "notes")
WORDS = 2  # of these columns; then come figures, which stand at the right
LONGEST_NOTE = 300
# From here on, caches and hyper-threads that are shared show in everybody's figures.
BUSY = 0.1


@dataclass(frozen=True, slots=True)
class PeerReport:
    name: str
    version: str
    pairs_per_second: float | None
    cpu_ms_per_pair: float | None
    cpu_ratio_to_watchword: float | None
    machine_used_by_others: float
    failed_pairs: int
    fault: str
    rounds: list[dict[str, float]]


@dataclass(frozen=True, slots=True)
class Report:
    taken_at: str
    machine: str
    processors: int
    python: str
    rounds: int
    pairs_per_round: int
    concurrency: int
    warm_up_seconds: float
    peers: list[PeerReport]


def report(readings: Sequence[Reading], plan: Plan) -> Report:
    ours = next((each.cpu_ms_per_pair for each in readings if each.peer.name == "watchword"), None)
    return Report(
        taken_at=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=f"{platform.system()} {platform.machine()}",
        processors=os.cpu_count() or 0,
        python=platform.python_version(),
        rounds=plan.rounds,
        pairs_per_round=plan.pairs,
        concurrency=plan.concurrency,
        warm_up_seconds=plan.warm_up_seconds,
        peers=[one(reading, ours) for reading in readings],
    )


def one(reading: Reading, ours: float | None) -> PeerReport:
    cpu = reading.cpu_ms_per_pair
    return PeerReport(
        name=reading.peer.name,
        version=reading.peer.version,
        pairs_per_second=rounded(reading.pairs_per_second),
        cpu_ms_per_pair=rounded(cpu),
        cpu_ratio_to_watchword=rounded(cpu / ours if cpu and ours else None),
        machine_used_by_others=round(reading.strangers, 3),
        failed_pairs=reading.failed,
        fault=reading.fault[:LONGEST_NOTE],
        rounds=[
            {
                "pairs_per_second": round(each.pairs_per_second, 2),
                "cpu_ms_per_pair": round(each.cpu_ms_per_pair, 3),
                "driver_cpu_ms_per_pair": round(each.driver_cpu_ms_per_pair, 3),
                "machine_used_by_others": round(each.strangers, 3),
            }
            for each in reading.rounds
        ],
    )


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def table(whole: Report) -> str:
    rows = [HEADS, *(cells(peer) for peer in whole.peers)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS) - 1)]
    return "\n".join(line(row, widths) for row in rows)


def cells(peer: PeerReport) -> tuple[str, ...]:
    return (
        peer.name,
        peer.version,
        shown(peer.pairs_per_second, 1),
        shown(peer.cpu_ms_per_pair, 2),
        shown(peer.cpu_ratio_to_watchword, 1),
        note(peer),
    )


def note(peer: PeerReport) -> str:
    if not peer.rounds:
        return f"NOT MEASURED: {peer.fault}"
    notes = []
    if peer.failed_pairs:
        notes.append(f"{peer.failed_pairs} PAIRS FAILED: {peer.fault}")
    if peer.machine_used_by_others > BUSY:
        notes.append(f"others had {peer.machine_used_by_others:.0%} of the machine")
    return "; ".join(notes)


def shown(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.ljust(width) if column < WORDS else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=False))
    ]
    return "  ".join([*padded, row[-1]]).rstrip()
