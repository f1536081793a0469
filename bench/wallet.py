"""What a page of the wallet costs, beside the bare framework with the same page.

    PYTHONPATH=src:. python bench/wallet.py               # on SQLite; half a minute

CPU time of this process, for each page, without a server and a client around it: a request goes
into the application as a server would hand it over. The floor answers with the same bytes, made
before. What is between the two is ours: who asks, what they hold, seals, words.
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Sequence
from logging import ERROR
from tempfile import TemporaryDirectory
from typing import Any

from litestar import Litestar, Response, get

from bench.figures import Figure, table
from bench.server import opened
from watchword.features.clients.rules import Operator
from watchword.features.contacts.rules import Contact, read_phone
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.rewards.rules import Offer
from watchword.features.wallet.rules import Holder
from watchword.features.wallet.sessions.rules import SignedInBy
from watchword.foundation.log import set_up_log
from watchword.foundation.secret import Secret
from watchword.migrations.steps import upgrade
from watchword.web.app import create_app
from watchword.wiring import Services

MOST = 1.0  # milliseconds of CPU
ROUNDS, PAGES = 15, 400
PATH = "/o/bench/wallet"
SET = """
    insert into organisation_settings (
        organisation_id, scope, section, version, content, changed_at, changed_by
    ) values (:organisation_id, '', :section, 1, :content, 1, 'bench')
"""
VERIFY = "update cards set state = 'verified' where organisation_id = :organisation_id"
"""Most who look have a card that may be used; whoever has not is told what is missing."""


async def on_sqlite(rounds: int) -> list[Figure]:
    with TemporaryDirectory() as folder:
        return await measure(f"sqlite:///{folder}/wallet.db", rounds)


async def measure(url: str, rounds: int) -> list[Figure]:
    """Ask for ours and the floor by turns, so that noise meets them both."""
    await upgrade(url)
    async with opened(url) as services:
        secret = await fill(services)
        cookie = f"watchword-wallet-bench={secret.reveal()}"
        app: Any = create_app(services)
        page = await asked(app, cookie)
        floor: Any = Litestar([bare(page)], openapi_config=None, logging_config=None)
        ours, bottom = list[float](), list[float]()
        for _ in range(rounds):
            ours.append(await spent(app, cookie))
            bottom.append(await spent(floor, cookie))
    return [
        Figure(
            name="the wallet, signed in",
            unit="ms CPU",
            rounds=ours,
            most=MOST,
            note=f"at best {min(ours):.2f}",
        ),
        Figure(name="the floor: the same bytes", unit="ms CPU", rounds=bottom),
        Figure(name="bytes of the page", unit="", rounds=[float(len(page))]),
    ]


async def fill(services: Services) -> Secret:
    """Let somebody with a card and points be signed in."""
    organisation = await services.organisations.found(
        slug="bench", name="Bench", mode=Mode.TEST, country="DE", locale="de", actor="bench"
    )
    phone = read_phone("+491701234567", "DE")
    if not isinstance(organisation, Organisation) or not isinstance(phone, Contact):
        raise TypeError(organisation)
    caller = Operator(name="bench", organisation=organisation)
    profile = Profile("Anneliese", "Brinkmann-Lüdenscheidt")
    new = NewCustomer(profile=profile, contacts=[phone], origin=Origin.WALLET)
    customer = await services.customers.create(caller, new)
    if not isinstance(customer, Customer):
        raise TypeError(customer)
    await services.cards.cards.create(caller, customer.id)
    for points in (500, 1_500, 5_000):
        names = {"de": f"{points} Punkte", "en": f"{points} points"}
        await services.rewards.create(
            caller, Offer(names=names, points=points, value=500, currency="EUR")
        )
    async with services.storage.begin(organisation.id) as transaction:
        whose = str(organisation.id)
        for section, content in (
            ("joining", '{"open": true}'),
            ("redemption", '{"show_in_wallet": true}'),
        ):
            await transaction.run(SET, organisation_id=whose, section=section, content=content)
        await transaction.run(VERIFY, organisation_id=whose)
        holder = Holder(organisation, customer.id)
        return await services.wallet.sessions.begin(transaction, holder, by=SignedInBy.CODE)


def bare(page: bytes) -> Any:  # noqa: ANN401 - a handler of the framework
    @get("/o/{slug:str}/wallet")
    async def show() -> Response[bytes]:
        return Response(page, media_type="text/html")

    return show


async def spent(app: Callable[..., Any], cookie: str) -> float:
    """Give the milliseconds of CPU that a page takes."""
    began = time.process_time()
    for _ in range(PAGES):
        await asked(app, cookie)
    return (time.process_time() - began) * 1000 / PAGES


async def asked(app: Callable[..., Any], cookie: str) -> bytes:
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
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"cookie", cookie.encode()), (b"accept-language", b"de"), (b"host", b"x")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
        "extensions": {},
    }
    await app(scope, receive, send)
    page = b"".join(parts)
    if statuses != [200]:
        raise RuntimeError(f"The page was not shown: {statuses}")
    return page


def main(arguments: Sequence[str] | None = None) -> None:
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    set_up_log(level=ERROR)
    print(table(asyncio.run(on_sqlite(ROUNDS))))


if __name__ == "__main__":
    main()
