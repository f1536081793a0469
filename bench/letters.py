"""What letters cost: asked for, drawn and handed over, and how much memory that takes.

    PYTHONPATH=src:. python bench/letters.py              # 10,000 letters, some minutes
    PYTHONPATH=src:. python bench/letters.py --many 500

Times are CPU of our process, on SQLite. Memory is the most that the process had, in MB: after
500 letters, and at the end. It must not grow with the number of letters.
"""

import argparse
import asyncio
import logging
import resource
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.shown import Shown
from watchword.features.clients.rules import Operator
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.post import Place, read_post
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.routes import FOLDER
from watchword.features.letters.batches.rules import Batch
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.keyring import new_keyring
from watchword.foundation.log import set_up_log
from watchword.foundation.storage.moments import LocalTime
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import Services, open_services

WHOLE, WARM, LOOK_EVERY, AT_ONCE = 10_000, 500, 2000, 100


async def measure(url: str, many: int) -> None:
    await upgrade(url)
    keyring = new_keyring(LocalTime().now(), is_throwaway=True)
    async with open_services(parse({"database": {"url": url}}), keyring) as services:
        organisation = await services.organisations.found(
            slug="bench", name="Bench", mode=Mode.LIVE, country="DE", locale="de", actor="bench"
        )
        assert isinstance(organisation, Organisation)  # noqa: S101 - it is new
        operator = Operator(name="bench", organisation=organisation)
        await ask(services, operator, many)
        await print_all(services, operator, many)


async def ask(services: Services, operator: Operator, many: int) -> None:
    start, folder = time.process_time(), services.providers[FOLDER]
    for number in range(many):
        contact = read_post(
            Place(f"Ann Example {number}", "Hauptstraße 1", "10115", "Berlin", "DE")
        )
        assert isinstance(contact, Contact)  # noqa: S101 - it can be printed
        opening = Opening(
            purpose=Purpose.CARD_VERIFICATION, contact=contact, channel=Channel.LETTER, locale="de"
        )
        assert isinstance(await services.challenges.open(operator, opening), Shown)  # noqa: S101
        if (number + 1) % AT_ONCE == 0 or number + 1 == many:
            for queued in await services.deliveries.claim(FOLDER, AT_ONCE):
                outcome = await folder.send(await services.deliveries.open(queued))
                await services.deliveries.settle(queued, outcome, knows_repeats=True, chance=0.5)
    say("asked for and taken in", start, many)


async def print_all(services: Services, operator: Operator, many: int) -> None:
    batches = services.letters.batches
    print(f"memory before: {memory()} MB")
    start = time.process_time()
    batch = await batches.collect(operator)
    assert isinstance(batch, Batch)  # noqa: S101 - letters wait
    say("collected", start, many)
    await batches.release(operator, batch.id)
    start, count = time.process_time(), 0
    while some := await batches.draw_some():
        count += some
        if count == WARM or not count % LOOK_EVERY:
            print(f"memory after {count} letters: {memory()} MB")
    say("drawn", start, many)
    start, size = time.process_time(), 0
    pieces = await batches.take_out(operator, batch.id)
    assert isinstance(pieces, AsyncIterator)  # noqa: S101 - it is ready
    async for piece in pieces:
        size += len(piece)
    say(f"taken out ({size // 1_000_000} MB)", start, many)
    print(f"memory at the end: {memory()} MB")


def say(what: str, start: float, many: int) -> None:
    seconds = time.process_time() - start
    print(f"{what}: {seconds:.1f} s CPU, {many / max(seconds, 0.001):.0f} letters/s and core")


def memory() -> int:
    """Give what rests in memory now; the highest that ever did would hide what goes away."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=WHOLE)
    asked = parser.parse_args()
    set_up_log(level=logging.WARNING)
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    with TemporaryDirectory() as folder:
        asyncio.run(measure(f"sqlite:///{Path(folder) / 'bench.db'}", asked.many))


if __name__ == "__main__":
    main()
