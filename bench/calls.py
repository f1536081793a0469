"""What a turn of a telephone call costs: without a hash of a PIN, and with many calls at once.

    PYTHONPATH=src:. python bench/calls.py                  # 400 calls, 100 of them at once
    PYTHONPATH=src:. python bench/calls.py --many 100 --at-once 1

A call is that of a member with a good PIN of their own: number, PIN, date of birth. CPU is that of
our process, on SQLite, with the commits that make a turn durable; how long a turn takes is by the
clock, and so holds on a quiet machine only.

They call twice. First as people do, who listen to a question and type: each presses their last key
some seconds after the question, and not all in the same moment. Then all press it in the same
moment, turn by turn, which people never do: the last of them waits for the CPU of all others.

Answers that could tell who is a member are held back on purpose (docs/decisions/0034). That is no
work, so a turn is shown with it and without.
"""

import argparse
import asyncio
import logging
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import uvloop

from bench.figures import Figure, table
from watchword.features.activation.dialogue.steps import EndedBy, Typed
from watchword.features.activation.profiles.rules import Profile, ProfileKind, Terms
from watchword.features.activation.profiles.settings import LineSettings, SetLine
from watchword.features.activation.questions import Asked, Question
from watchword.features.calls.conduct.service import Begun, Conduct
from watchword.features.calls.history import Answer
from watchword.features.calls.pauses.service import Pauses
from watchword.features.calls.rules import Door, Incoming
from watchword.features.clients.rules import Operator
from watchword.features.cores.rules import CoreName
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.keyring import new_keyring
from watchword.foundation.log import set_up_log
from watchword.foundation.secret import Secret
from watchword.foundation.storage.moments import LocalTime
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import Services, open_services

Answered = TypeVar("Answered")

CORE = CoreName("demo")
FIRST, PIN, BORN = 500_100, "3741", "1958-04-17"
KEYS = (PIN, "04171958")
"""What all type behind their number: the PIN, and the date of birth as English asks for it."""
TURNS = 2 + len(KEYS)
MOST_CPU, MOST_WAIT = 3.0, 250.0
TYPED_WITHIN = 3.0
"""Seconds. Nobody hears a question and has typed the answer sooner."""
LINE = Terms(
    name="Members",
    kind=ProfileKind.STANDARD,
    levels=((Asked(Question.MEMBER_NUMBER), Asked(Question.PIN)), (Asked(Question.BIRTH_DATE),)),
)


HELD: ContextVar[list[float]] = ContextVar("HELD")
"""For how many seconds the answers of this turn were held back."""


@dataclass
class Watch:
    """Seconds of each turn: by the clock, and how many of them it was held back on purpose; and CPU
    of each batch, a turn."""

    waits: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)

    async def time(self, turn: Coroutine[Any, Any, Answered]) -> Answered:
        held = list[float]()
        HELD.set(held)
        began = time.perf_counter()
        answer = await turn
        self.waits.append(time.perf_counter() - began)
        self.held.append(sum(held))
        return answer


async def hold_back(seconds: float) -> None:
    """Stand in for the sleep of `Pauses`. What it oversleeps is no purpose, and counts as work."""
    HELD.get().append(seconds)
    await asyncio.sleep(seconds)


async def measure(folder: Path, many: int, at_once: int) -> Sequence[Figure]:
    url, members = f"sqlite:///{folder / 'bench.db'}", folder / "members.csv"
    await upgrade(url)
    keyring = new_keyring(LocalTime().now(), is_throwaway=True)
    members.write_text(members_of(at_once))
    core = {"kind": "demo", "organisations": ["bench"], "file": str(members)}
    settings = parse({"database": {"url": url}, "cores": {CORE: core}})
    pauses = Pauses(sleep=hold_back)
    async with open_services(settings, keyring, pauses=pauses) as services:
        bank = await services.organisations.found(
            slug="bench", name="Bench", mode=Mode.TEST, country="DE", locale="en", actor="bench"
        )
        assert isinstance(bank, Organisation)  # noqa: S101 - so that types are known
        client = Operator(name="bench", organisation=bank)
        await _set_up(services, client)
        crowd = Crowd(services.telephone.conduct, client, at_once)
        # What is held back is measured by the answers before: here by those of a calm day.
        await crowd.talk(Watch(), types_within=TYPED_WITHIN)
        typing, together = Watch(), Watch()
        await crowd.talk(typing, types_within=TYPED_WITHIN)
        for _ in range(max(many // at_once, 1)):
            await crowd.talk(together, types_within=0)
    return [*_figures(typing, together, at_once)]


def members_of(count: int) -> str:
    """Write a table of so many members. Whoever is called for by many at once would be locked."""
    rows = (
        f"{number},1,primary,{BORN},{number},{PIN},no" for number in range(FIRST, FIRST + count)
    )
    return "\n".join(("account,person,role,birth_date,member_number,pin,established", *rows))


async def _set_up(services: Services, client: Operator) -> None:
    profiles = services.telephone.profiles
    settings = LineSettings(core=CORE, transfer_to="desk")
    assert isinstance(await profiles.set_line(client, settings, 0), SetLine)  # noqa: S101 - likewise
    made = await profiles.create(client, LINE)
    assert isinstance(made, Profile)  # noqa: S101 - likewise
    answering = replace(settings, profile_id=made.id)
    assert isinstance(await profiles.set_line(client, answering, 1), SetLine)  # noqa: S101


@dataclass(frozen=True)
class Crowd:
    """So many who call at once, each from the first word to the last."""

    conduct: Conduct
    client: Operator
    at_once: int

    async def talk(self, watch: Watch, *, types_within: float) -> None:
        start = time.process_time()
        await asyncio.gather(*(self._call(at, watch, types_within) for at in range(self.at_once)))
        watch.spent.append((time.process_time() - start) / (self.at_once * TURNS))

    async def _call(self, at: int, watch: Watch, types_within: float) -> None:
        await asyncio.sleep(types_within * at / self.at_once)
        incoming = Incoming(door=Door.TURNS, language="en")
        begun = await watch.time(self.conduct.begin(self.client, incoming))
        assert isinstance(begun, Begun)  # noqa: S101 - the line is there
        answer = begun.spoken
        for keys in (str(FIRST + at), *KEYS):
            await asyncio.sleep(types_within)
            assert isinstance(answer, Answer), "The machine is too busy."  # noqa: S101 - likewise
            assert answer.token is not None  # noqa: S101 - something is asked
            token, event = answer.token.reveal(), Typed(Secret(keys), EndedBy.TERMINATOR)
            heard = self.conduct.hear(self.client, Door.TURNS, begun.id, token, event)
            answer = await watch.time(heard)
        assert isinstance(answer, Answer)  # noqa: S101 - likewise
        assert answer.token is None, "The caller did not come through."  # noqa: S101 - or none counts


def _figures(typing: Watch, together: Watch, at_once: int) -> Iterator[Figure]:
    spent = [each * 1000 for each in together.spent]
    note = f"at best {min(spent):.2f}"
    yield Figure(name="a turn", unit="ms CPU", rounds=spent, most=MOST_CPU, note=note)
    for watch, how in ((typing, "as people type"), (together, "all keys in one moment")):
        by_itself = [wait - held for wait, held in zip(watch.waits, watch.held, strict=True)]
        yield _longest(f"any turn, {at_once} calls at once, {how}", watch.waits)
        yield _longest("    without what it was held back on purpose", by_itself)


def _longest(name: str, seconds: Sequence[float]) -> Figure:
    waits = sorted(each * 1000 for each in seconds)
    note = f"99 of 100 {waits[int(len(waits) * 0.99)]:.0f}, median {median(waits):.0f}"
    return Figure(name=name, unit="ms", rounds=[waits[-1]], most=MOST_WAIT, note=note)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--many", type=int, default=400)
    parser.add_argument("--at-once", type=int, default=100)
    asked = parser.parse_args()
    set_up_log(level=logging.ERROR)
    with TemporaryDirectory() as folder:
        print(table(uvloop.run(measure(Path(folder), asked.many, asked.at_once))))


if __name__ == "__main__":
    main()
