"""How fast events reach ten receivers of which one hangs, and whether the others notice.

    PYTHONPATH=src:. python bench/webhooks.py            # 1,000 events a second for 20 seconds
    PYTHONPATH=src:. python bench/webhooks.py --quick    # for 5 seconds

Two loads: each event is wanted by one receiver in turn, and each by all ten. The receivers stand
in a process of their own, on loopback; everything else is as in a worker on SQLite, durable.
"""

import argparse
import asyncio
import logging
import multiprocessing
import re
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import cast

import uvloop

from bench.figures import Figure, table
from watchword.features.clients.rules import Operator
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.webhooks.events import Event, EventId, EventKind
from watchword.features.webhooks.posting.service import Posting
from watchword.features.webhooks.rules import EndpointDraft, Made
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.bells import LocalBells
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.keyring import KeyKind, new_keyring
from watchword.foundation.log import set_up_log
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage, open_storage
from watchword.migrations.steps import upgrade
from watchword.providers.webhooks.addresses import Fence
from watchword.providers.webhooks.connector import SafeConnector
from watchword.workers.webhooks import WebhookWorker

RECEIVERS, HANGING = 10, 3
RATE, BEAT = 1000, 0.01  # events a second, and how often some of them are noted
FINE = b"HTTP/1.1 204 No Content\r\n\r\n"
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"content-length: ([0-9]+)", re.IGNORECASE)
STAMP = re.compile(rb'"timestamp":"([^"]+)"')
KINDS = [kind for kind in EventKind if kind.startswith("challenge.")][:RECEIVERS]
CHANCES = 1000


@dataclass(frozen=True, slots=True)
class Heard:
    """What the receivers that answer have got."""

    many: int
    seconds: Sequence[float]
    last_at: float


@dataclass
class Tally:
    seconds: list[float] = field(default_factory=list)
    last_at: float = 0.0


class Receiver(asyncio.Protocol):
    """Answers every request, or none, and looks how old the event in it is."""

    def __init__(self, tally: Tally, *, hangs: bool) -> None:
        self._tally = tally
        self._hangs = hangs
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(HEAD_END)) >= 0:
            length = LENGTH.search(self._read, 0, end)
            whole = end + len(HEAD_END) + (int(length[1]) if length else 0)
            if len(self._read) < whole:
                return
            request, self._read = self._read[:whole], self._read[whole:]
            if not self._hangs:
                self._take(request)

    def _take(self, request: bytes) -> None:
        now = time.time()
        if stamp := STAMP.search(request):
            noted = datetime.fromisoformat(stamp[1].decode()).timestamp()
            self._tally.seconds.append(now - noted)
        self._tally.last_at = now
        self._transport.write(FINE)


def receive(pipe: Connection) -> None:
    """Stand at ten ports until told to stop, then tell what came."""
    uvloop.run(_receive(pipe))


async def _receive(pipe: Connection) -> None:
    loop, tally = asyncio.get_running_loop(), Tally()
    makers = [partial(Receiver, tally, hangs=each == HANGING) for each in range(RECEIVERS)]
    servers = [await loop.create_server(make, "127.0.0.1", 0) for make in makers]
    pipe.send([server.sockets[0].getsockname()[1] for server in servers])
    while True:
        asked = await asyncio.to_thread(pipe.recv)
        pipe.send(Heard(len(tally.seconds), tally.seconds, tally.last_at))
        if asked == "stop":
            return


@dataclass
class Stage:
    storage: Storage
    webhooks: Webhooks
    organisation_id: OrganisationId
    pipe: Connection

    async def heard(self, word: str = "look") -> Heard:
        self.pipe.send(word)
        heard: Heard = await asyncio.to_thread(self.pipe.recv)
        return heard


@asynccontextmanager
async def stage(*, to_all: bool) -> AsyncIterator[Stage]:
    """Set up an organisation with ten endpoints, and a worker."""
    keyring = new_keyring(datetime.now(UTC), is_throwaway=True)
    sealer, bells = Sealer(keyring.versions(KeyKind.OUTBOX)), LocalBells()
    connector = SafeConnector(Fence(allow_loopback=True))
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    program = multiprocessing.get_context("spawn").Process(target=receive, args=(theirs,))
    program.start()
    ports = await asyncio.to_thread(ours.recv)
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/webhooks.db"
        await upgrade(url)
        async with open_storage(url) as storage:
            requests = Requests(storage=storage, sealer=sealer)
            webhooks = Webhooks(
                storage=storage, sealer=sealer, bells=bells, requests=requests, connector=connector
            )
            organisation_id = await _endpoints(webhooks, ports, to_all=to_all)
            worker = WebhookWorker(
                posting=Posting(storage=storage, sealer=sealer, webhooks=webhooks),
                connector=connector,
                bells=bells,
                concurrency=128,
                chance=lambda: secrets.randbelow(CHANCES) / CHANCES,
                now=storage.now,
            )
            task = asyncio.create_task(worker.run())
            yield Stage(storage, webhooks, organisation_id, ours)
            program.terminate()  # what hangs is let go
            worker.stop()
            await task
            await connector.close()
    program.join()


async def _endpoints(webhooks: Webhooks, ports: Sequence[int], *, to_all: bool) -> OrganisationId:
    organisation = Organisation(
        id=OrganisationId(new_id()),
        slug="bench",
        name="Bench",
        mode=Mode.LIVE,
        country="DE",
        locale="de",
        created_at=datetime.now(UTC),
    )
    for port, kind in zip(ports, KINDS, strict=True):
        kinds = frozenset[EventKind]() if to_all else frozenset({kind})
        draft = EndpointDraft(url=f"http://127.0.0.1:{port}/hook", kinds=kinds)
        made = await webhooks.add(Operator(name="bench", organisation=organisation), draft)
        if not isinstance(made, Made):
            raise TypeError(made)
    return organisation.id


async def load(seconds: int, *, to_all: bool) -> list[Figure]:
    async with stage(to_all=to_all) as it:
        began, cpu = time.time(), time.process_time()
        noted = await _note(it, seconds)
        took = time.time() - began
        due = noted * (RECEIVERS - 1) // (1 if to_all else RECEIVERS)
        heard = await _until_heard(it, due, within=seconds * (RECEIVERS if to_all else 1) + 10)
        cpu = time.process_time() - cpu
        await it.heard("stop")
    centiles = quantiles(heard.seconds, n=100)
    name = "each to all ten" if to_all else "each to one of ten"
    goal = None if to_all else RATE * 0.9 * (RECEIVERS - 1) / RECEIVERS
    return [
        Figure(name=f"events noted, {name}", unit="per second", rounds=[noted / took]),
        Figure(
            name=f"webhooks received, {name}",
            unit="per second",
            rounds=[heard.many / (heard.last_at - began)],
            least=goal,
            note=f"{heard.many} of {due} to those that do not hang",
        ),
        Figure(name=f"median age, {name}", unit="ms", rounds=[centiles[49] * 1000]),
        Figure(name=f"p99 age, {name}", unit="ms", rounds=[centiles[98] * 1000]),
        Figure(name=f"cost, {name}", unit="µs CPU", rounds=[cpu / heard.many * 1e6]),
    ]


async def _note(it: Stage, seconds: int) -> int:
    """Note events at a steady rate, as if each came with a transaction of its own."""
    noted, began = 0, time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        behind = int(passed * RATE) - noted
        await asyncio.gather(*(_one(it, noted + number) for number in range(behind)))
        noted += behind
        await asyncio.sleep(BEAT)
    return noted


async def _one(it: Stage, number: int) -> None:
    whose = it.organisation_id
    async with it.storage.begin(whose) as transaction:
        event = Event(
            kind=KINDS[number % RECEIVERS],
            id=EventId(new_id()),
            at=transaction.now(),
            about="challenge",
            data={"challenge_id": str(new_id()), "purpose": "redemption", "channel": "sms"},
        )
        await it.webhooks.note(transaction, whose, event)
    it.webhooks.announce(whose)


async def _until_heard(it: Stage, due: int, *, within: float) -> Heard:
    until = time.monotonic() + within
    while True:
        heard = await it.heard()
        if heard.many >= due or time.monotonic() > until:
            return heard
        await asyncio.sleep(0.2)


async def main(seconds: int) -> None:
    figures = [*await load(seconds, to_all=False), *await load(seconds, to_all=True)]
    print(table(figures))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="5 seconds instead of 20")
    set_up_log(level=logging.ERROR, is_terminal=False)
    uvloop.run(main(5 if parser.parse_args().quick else 20))
