"""Whether a provider that hangs can be felt by those who type codes.

    python bench/hanging.py

Codes are opened and answered at a steady pace, once beside a provider that takes everything after
5 ms, and once beside one that never answers. What is shown is how long answers took, the slowest
of a hundred, and the one as a multiple of the other.
"""

import asyncio
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

import uvloop

from bench.drain import found, provider, settings_for
from bench.figures import Figure
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import Verified
from watchword.features.clients.rules import Operator
from watchword.features.contacts.rules import Contact, read_phone
from watchword.foundation.keyring import new_keyring
from watchword.foundation.log import set_up_log
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import Services, open_services
from watchword.workers.crew import working

CLIENTS = 8
SLOWEST = 0.99
CODE = "000007"


async def felt(many: int, rounds: int) -> list[Figure]:
    beside_good, beside_bad = [], []
    for _ in range(rounds):
        beside_good.append(await _slowest(many))
        beside_bad.append(await _slowest(many, "hangs"))
    ratios = [bad / good for good, bad in zip(beside_good, beside_bad, strict=True)]
    return [
        Figure(name="answers, p99 beside a good provider", unit="ms", rounds=beside_good),
        Figure(name="answers, p99 beside one that hangs", unit="ms", rounds=beside_bad),
        Figure(name="the one as a multiple of the other", unit="x", rounds=ratios, most=1.2),
    ]


async def _slowest(many: int, *how: str) -> float:
    """Give the milliseconds within which 99 of 100 answers were judged."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/hanging.db"
        await upgrade(url)
        async with provider(*how) as port:
            settings = parse(settings_for(url, port))
            keyring = new_keyring(datetime.now(UTC))
            async with open_services(settings, keyring, draw=lambda _: int(CODE)) as services:
                operator = Operator(name="bench", organisation=await found(services))
                async with working(services):
                    seconds = await _answer_all(services, operator, many)
    return sorted(seconds)[int(len(seconds) * SLOWEST)] * 1000


async def _answer_all(services: Services, operator: Operator, many: int) -> list[float]:
    seconds: list[float] = []
    phones = iter([_phone(number) for number in range(many)])

    async def one_client() -> None:
        for contact in phones:
            opening = Opening(
                purpose=Purpose.WALLET_SIGNIN, contact=contact, channel=None, locale="de"
            )
            opened = await services.challenges.open(operator, opening)
            assert isinstance(opened, Shown)  # noqa: S101
            began = time.perf_counter()
            verdict = await services.challenges.answer(operator, opened.id, CODE)
            seconds.append(time.perf_counter() - began)
            assert verdict == Verified()  # noqa: S101

    await asyncio.gather(*(one_client() for _ in range(CLIENTS)))
    return seconds


def _phone(number: int) -> Contact:
    # Spread over many blocks of numbers, or the rules against abuse would stop it.
    contact = read_phone(f"+49170{number * 7919 % 10_000_000:07d}", "DE")
    assert isinstance(contact, Contact)  # noqa: S101
    return contact


def shown(figures: Iterable[Figure]) -> None:
    for figure in figures:
        print(f"{figure.name}: {figure.value:.2f} {figure.unit} {figure.budget} {figure.verdict}")


if __name__ == "__main__":
    set_up_log()
    shown(uvloop.run(felt(2000, 3)))
