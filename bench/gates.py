"""What the page before a gate costs, beside the bare framework with the same page.

    PYTHONPATH=src:. python bench/gates.py               # on SQLite; a minute

CPU time of this process, for each page, without a server and a client around it: a request goes
into the application as a server would hand it over, for one of a thousand links by turns. The floor
answers with the same bytes, made before. What is between the two is ours: whose link it is, whether
it leads anywhere, and by which name we were called. Links that lead nowhere are asked for, too:
whoever tries them must not get more of our time than whoever has one.

Then two servers of one database are asked over sockets, by a third process on the same machine.
What went by on the clock is shown, and how many pages the two have time for by their own CPU.
"""

import argparse
import asyncio
import base64
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from logging import ERROR
from tempfile import TemporaryDirectory
from typing import Any

from litestar import Litestar, Response, get

from bench.figures import Figure, table
from bench.programs import Server, ours
from bench.server import keyring, opened
from bench.wire import HOST, Wire, at_once
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.links.rules import CampaignNumber, LinkBox, RecipientNumber
from watchword.features.campaigns.recipients.store import RecipientStore
from watchword.features.campaigns.rules import Campaign, CampaignId, Category, Draft, GateKind
from watchword.features.campaigns.store import CampaignStore
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.ids import new_id
from watchword.foundation.keyring import KeyKind, Keyring, new_keyring
from watchword.foundation.keyring_files import ENVIRONMENT, encode
from watchword.foundation.log import set_up_log
from watchword.migrations.steps import upgrade
from watchword.web import app as doors
from watchword.web.joining.pace import Pace
from watchword.wiring import Services

MOST = 1.0  # milliseconds of CPU
MOST_BYTES = 20_000.0
ROUNDS, PAGES, LINKS = 15, 400, 1_000
PROCESSES, PER_SECOND = 2, 2_000
CONNECTIONS, PAGES_OVER_SOCKETS, ROUNDS_OVER_SOCKETS = 16, 6_000, 5
NUMBER = CampaignNumber(7261)
STRANGE = CampaignNumber(7262)


async def on_sqlite(rounds: int) -> list[Figure]:
    with TemporaryDirectory() as folder:
        within = await measure(f"sqlite:///{folder}/gates.db", rounds)
        return within + await over_sockets(f"sqlite:///{folder}/sockets.db")


async def measure(url: str, rounds: int) -> list[Figure]:
    """Ask for ours and the floor by turns, so that noise meets them both."""
    await upgrade(url)
    keys = keyring()
    async with opened(url, keys=keys) as services:
        await fill(services)
        known, strange = links(keys, NUMBER), links(keys, STRANGE)
        app: Any = doors.opened(doors.put_up(), services, Pace(beat=0))
        page = await asked(app, known[0])
        floor: Any = Litestar([bare(page)], openapi_config=None, logging_config=None)
        ours, nowhere, bottom = list[float](), list[float](), list[float]()
        for _ in range(rounds):
            ours.append(await spent(app, known))
            bottom.append(await spent(floor, known))
            nowhere.append(await spent(app, strange, status=404))
    return [
        Figure(
            name="the page before a gate",
            unit="ms CPU",
            rounds=ours,
            most=MOST,
            note=f"at best {min(ours):.2f}; two processes, {2_000 / min(ours):,.0f} a second",
        ),
        Figure(name="the floor: the same bytes", unit="ms CPU", rounds=bottom),
        Figure(name="a link that leads nowhere", unit="ms CPU", rounds=nowhere),
        Figure(name="bytes of the page", unit="", rounds=[float(len(page))], most=MOST_BYTES),
    ]


async def over_sockets(url: str) -> list[Figure]:
    """Ask several servers of one database as browsers do, but with connections that are kept."""
    await upgrade(url)
    keys = new_keyring(datetime.now(UTC))
    async with opened(url, keys=keys) as services:
        await fill(services)
    given = {ENVIRONMENT: base64.b64encode(encode(keys)).decode()}
    async with AsyncExitStack() as stack:
        started = [ours(url, "join", surroundings=given) for _ in range(PROCESSES)]
        servers = [await stack.enter_async_context(server) for server in started]
        known = links(keys, NUMBER)
        await visited(servers, known)  # They have read by then what they remember.
        rounds = [await visited(servers, known) for _ in range(ROUNDS_OVER_SOCKETS)]
    return [
        Figure(
            name=f"pages over sockets, {PROCESSES} processes",
            unit="a second",
            rounds=[on_the_clock for on_the_clock, _ in rounds],
            least=PER_SECOND,
            note=f"asked by a third process; at best {max(rounds)[0]:,.0f}",
        ),
        Figure(
            name="pages that the CPU of both has time for",
            unit="a second",
            rounds=[by_cpu for _, by_cpu in rounds],
            least=PER_SECOND,
        ),
    ]


async def visited(servers: Sequence[Server], paths: Sequence[str]) -> tuple[float, float]:
    """Give how many pages came in a second, and for how many the processors have time."""

    async def visit(wire: Wire, path: str) -> None:
        await wire.get(path)

    places = [(each.port, "") for each in islice(cycle(servers), CONNECTIONS)]
    used, began = sum(each.seconds() for each in servers), time.perf_counter()
    await at_once(places, islice(cycle(paths), PAGES_OVER_SOCKETS), visit)
    passed = time.perf_counter() - began
    used = sum(each.seconds() for each in servers) - used
    return PAGES_OVER_SOCKETS / passed, len(servers) * PAGES_OVER_SOCKETS / used


async def fill(services: Services) -> Organisation:
    """Let a campaign have gone out to a thousand people."""
    organisation = await services.organisations.found(
        slug="bench", name="Bench", mode=Mode.TEST, country="DE", locale="de", actor="bench"
    )
    if not isinstance(organisation, Organisation):
        raise TypeError(organisation)
    now = services.storage.now()
    draft = Draft(
        name="Roses",
        sender="Bench at the market",
        purpose="You asked us for offers when you got your card.",
        gate=GateKind.LAST_FOUR,
        category=Category.ALCOHOL,
        page_id=new_id(),
        links_live_until=now + timedelta(days=30),
    )
    campaign = Campaign(
        id=CampaignId(new_id()),
        number=NUMBER,
        draft=draft,
        state=State.RUNNING,
        created_at=now,
        created_by="bench",
        changed_by="bench",
        started_at=now,
    )
    chosen = [(str(new_id()), str(new_id())) for _ in range(LINKS)]
    async with services.storage.begin(organisation.id) as transaction:
        store = CampaignStore(transaction, organisation.id)
        await store.add(campaign)
        await store.save(campaign)
        await RecipientStore(transaction, organisation.id).add(NUMBER, chosen)
    return organisation


def links(keys: Keyring, campaign: CampaignNumber) -> list[str]:
    box = LinkBox(keys.versions(KeyKind.LINKS))
    return [f"/c/{box.seal(campaign, RecipientNumber(each))}" for each in range(1, LINKS + 1)]


def bare(page: bytes) -> Any:  # noqa: ANN401 - a handler of the framework
    @get("/c/{link:str}")
    async def show() -> Response[bytes]:
        return Response(page, media_type="text/html")

    return show


async def spent(app: Callable[..., Any], paths: Sequence[str], status: int = 200) -> float:
    """Give the milliseconds of CPU that a page takes."""
    began = time.process_time()
    for path in islice(cycle(paths), PAGES):
        await asked(app, path, status)
    return (time.process_time() - began) * 1000 / PAGES


async def asked(app: Callable[..., Any], path: str, status: int = 200) -> bytes:
    """Hand a request to an application, as a server does; give the page."""
    parts, statuses = list[bytes](), list[int]()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
        parts.append(message.get("body", b""))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"accept-language", b"de"), (b"host", HOST.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "state": {},
        "extensions": {},
    }
    await app(scope, receive, send)
    if statuses != [status]:
        raise RuntimeError(f"The page was not shown: {statuses}")
    return b"".join(parts)


def main(arguments: Sequence[str] | None = None) -> None:
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    set_up_log(level=ERROR)
    print(table(asyncio.run(on_sqlite(ROUNDS))))


if __name__ == "__main__":
    main()
