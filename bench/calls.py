"""What a turn of a telephone call costs: without a hash of a PIN, and with many calls at once.

    PYTHONPATH=src:. python bench/calls.py                  # 400 calls, 100 of them at once
    PYTHONPATH=src:. python bench/calls.py --many 100 --at-once 1

A call is that of a member with a good PIN of their own: number, PIN, date of birth. CPU is that of
our process, on SQLite, with the commits that make a turn durable; how long a turn takes is by the
clock, and so holds on a quiet machine only.
"""

import argparse
import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import uvloop

from bench.figures import Figure, table
from watchword.features.activation.dialogue.steps import EndedBy, Typed
from watchword.features.activation.profiles.rules import Profile, ProfileKind, Terms
from watchword.features.activation.profiles.settings import LineSettings, SetLine
from watchword.features.activation.questions import Asked, Question
from watchword.features.calls.conduct.service import Begun, Conduct
from watchword.features.calls.history import Answer
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

CORE = CoreName("demo")
FIRST, PIN, BORN = 500_100, "3741", "1958-04-17"
KEYS = (PIN, "04171958")
"""What all type behind their number: the PIN, and the date of birth as English asks for it."""
TURNS = 2 + len(KEYS)
MOST_CPU, MOST_WAIT = 3.0, 250.0
LINE = Terms(
    name="Members",
    kind=ProfileKind.STANDARD,
    levels=((Asked(Question.MEMBER_NUMBER), Asked(Question.PIN)), (Asked(Question.BIRTH_DATE),)),
)


@dataclass
class Watch:
    """Seconds by the clock of each turn, and CPU of each batch, a turn."""

    waits: list[float] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)


async def measure(folder: Path, many: int, at_once: int) -> Sequence[Figure]:
    url, members = f"sqlite:///{folder / 'bench.db'}", folder / "members.csv"
    await upgrade(url)
    keyring = new_keyring(LocalTime().now(), is_throwaway=True)
    members.write_text(members_of(at_once))
    core = {"kind": "demo", "organisations": ["bench"], "file": str(members)}
    settings = parse({"database": {"url": url}, "cores": {CORE: core}})
    async with open_services(settings, keyring) as services:
        bank = await services.organisations.found(
            slug="bench", name="Bench", mode=Mode.TEST, country="DE", locale="en", actor="bench"
        )
        assert isinstance(bank, Organisation)  # noqa: S101 - so that types are known
        client = Operator(name="bench", organisation=bank)
        await _set_up(services, client)
        await _talk(services.telephone.conduct, client, at_once, Watch())
        watch = Watch()
        for _ in range(max(many // at_once, 1)):
            await _talk(services.telephone.conduct, client, at_once, watch)
    return [*_figures(watch, at_once)]


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


async def _talk(conduct: Conduct, client: Operator, at_once: int, watch: Watch) -> None:
    """Let so many call at once, each from the first word to the last."""
    start = time.process_time()
    await asyncio.gather(*(_call(conduct, client, watch, FIRST + at) for at in range(at_once)))
    watch.spent.append((time.process_time() - start) / (at_once * TURNS))


async def _call(conduct: Conduct, client: Operator, watch: Watch, number: int) -> None:
    began = time.perf_counter()
    begun = await conduct.begin(client, Incoming(door=Door.TURNS, language="en"))
    watch.waits.append(time.perf_counter() - began)
    assert isinstance(begun, Begun)  # noqa: S101 - the line is there
    answer = begun.spoken
    for keys in (str(number), *KEYS):
        assert isinstance(answer, Answer)  # noqa: S101 - a core in memory lets nobody hold
        assert answer.token is not None  # noqa: S101 - something is asked
        began = time.perf_counter()
        event = Typed(Secret(keys), EndedBy.TERMINATOR)
        answer = await conduct.hear(client, begun.id, answer.token.reveal(), event)
        watch.waits.append(time.perf_counter() - began)
    assert isinstance(answer, Answer)  # noqa: S101 - likewise
    assert answer.token is None, "The caller did not come through."  # noqa: S101 - or nothing counts


def _figures(watch: Watch, at_once: int) -> Iterator[Figure]:
    spent = [each * 1000 for each in watch.spent]
    note = f"at best {min(spent):.2f}"
    yield Figure(name="a turn", unit="ms CPU", rounds=spent, most=MOST_CPU, note=note)
    waits = sorted(each * 1000 for each in watch.waits)
    note = f"longest {waits[-1]:.0f}, median {median(waits):.0f}"
    late = [waits[int(len(waits) * 0.99)]]
    name = f"99 of 100 turns, {at_once} calls at once"
    yield Figure(name=name, unit="ms", rounds=late, most=MOST_WAIT, note=note)


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
