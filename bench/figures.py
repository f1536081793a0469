"""What was measured, beside what it may cost; as a table for people, and as JSON."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

import msgspec
from msgspec import Struct

RESULTS = Path(__file__).parent / "results"
LIBRARIES = ("litestar", "msgspec", "uvicorn", "uvloop", "httptools", "asyncpg", "cryptography")


class Figure(Struct, frozen=True, kw_only=True):
    """One line of the table: the median of some rounds. `most` and `least` are its budget."""

    name: str
    unit: str
    rounds: Sequence[float] = ()
    most: float | None = None
    least: float | None = None
    note: str = ""

    @property
    def value(self) -> float | None:
        return median(self.rounds) if self.rounds else None

    @property
    def verdict(self) -> str:
        """A budget is a goal that is shown, and never a timed test."""
        if self.value is None:
            return ""
        if self.most is not None:
            return "met" if self.value <= self.most else "MISSED"
        if self.least is not None:
            return "met" if self.value >= self.least else "MISSED"
        return ""

    @property
    def budget(self) -> str:
        if self.most is not None:
            return f"≤ {self.most:g}"
        return "" if self.least is None else f"≥ {self.least:g}"


class Machine(Struct, frozen=True):
    """What of the machine may explain a figure; neither its name nor a path."""

    system: str
    cores: int
    python: str
    sqlite: str
    postgresql: str | None
    libraries: dict[str, str]


class Written(Struct, frozen=True):
    """A figure as it is kept."""

    name: str
    unit: str
    value: float | None
    budget: str
    verdict: str
    note: str
    rounds: Sequence[float]


class Report(Struct, frozen=True):
    taken_at: str
    is_quick: bool
    machine: Machine
    figures: Sequence[Written]


def machine(postgresql: str | None) -> Machine:
    return Machine(
        system=f"{platform.system()} {platform.machine()}",
        cores=os.cpu_count() or 0,
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        postgresql=postgresql,
        libraries={name: version(name) for name in LIBRARIES},
    )


def table(figures: Sequence[Figure]) -> str:
    width = max(len(figure.name) for figure in figures)
    return "\n".join(_line(figure, width) for figure in figures)


def _line(figure: Figure, width: int) -> str:
    shown = "-" if figure.value is None else _shown(figure.value)
    verdict = f"{figure.verdict:8}" if figure.note else figure.verdict
    return (
        f"{figure.name:{width}}  {shown:>8} {figure.unit:8}{figure.budget:>8}  "
        f"{verdict}{figure.note}"
    ).rstrip()


def _shown(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"  # noqa: PLR2004 - three digits


def keep(figures: Sequence[Figure], machine: Machine, *, is_quick: bool) -> Path:
    """Write the figures down: under the name `latest`, and under today's."""
    now = datetime.now(UTC)
    report = Report(
        taken_at=now.isoformat(timespec="seconds"),
        is_quick=is_quick,
        machine=machine,
        figures=[_written(figure) for figure in figures],
    )
    content = msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"
    RESULTS.mkdir(exist_ok=True)
    for name in ("latest", f"{now:%Y-%m-%d}"):
        (RESULTS / f"{name}.json").write_bytes(content)
    return RESULTS / "latest.json"


def _written(figure: Figure) -> Written:
    return Written(
        name=figure.name,
        unit=figure.unit,
        value=None if figure.value is None else round(figure.value, 3),
        budget=figure.budget,
        verdict=figure.verdict.lower(),
        note=figure.note,
        rounds=[round(each, 3) for each in figure.rounds],
    )
