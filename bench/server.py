"""A server to be measured: everything on, and every code is 123456.

    python bench/server.py URL_OF_DATABASE PORT [work] [join]

Prints an API key once it is ready to be called. With `work`, it also sends through the sandbox.
With `join`, it is one more server for a database that has its organisation already; the servers
of one database are given the same keyring in WATCHWORD_KEYRING.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import uvloop

from watchword.features.clients.rules import Operator, Scope
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.keyring import Keyring, new_keyring
from watchword.foundation.keyring_files import ENVIRONMENT, KeyringEnvironment
from watchword.foundation.log import set_up_log
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.web.app import create_app
from watchword.web.server import open_port, serve
from watchword.wiring import Services, open_services
from watchword.workers.crew import working

CODE = 123456


async def main(url: str, port: int, *, does_work: bool, joins: bool) -> None:
    if not joins:
        await upgrade(url)
    listener = open_port("127.0.0.1", port)
    async with opened(url, does_work=does_work) as services:
        print("no key" if joins else (await new_client(services))[1], flush=True)
        await serve(create_app(services), listener)


@asynccontextmanager
async def opened(
    url: str, *, does_work: bool = False, keys: Keyring | None = None
) -> AsyncIterator[Services]:
    settings = parse({"database": {"url": url}, "work": {"concurrency": 32}})
    async with open_services(settings, keys or keyring(), draw=lambda _: CODE) as services:
        if not does_work:
            yield services
            return
        async with working(services):
            yield services


def keyring() -> Keyring:
    if ENVIRONMENT in os.environ:
        return KeyringEnvironment(os.environ).load()
    return new_keyring(datetime.now(UTC))


async def new_client(services: Services) -> tuple[Operator, str]:
    """Found an organisation; give who may do all in it, and an API key that opens all."""
    organisation = await services.organisations.found(
        slug="bench", name="Bench", mode=Mode.TEST, country="DE", locale="de", actor="bench"
    )
    if not isinstance(organisation, Organisation):
        raise TypeError(organisation)
    _, key = await services.clients.create(
        organisation, label="bench", scopes=frozenset(Scope), actor="bench"
    )
    return Operator(name="bench", organisation=organisation), key.reveal()


if __name__ == "__main__":
    set_up_log()
    uvloop.run(
        main(sys.argv[1], int(sys.argv[2]), does_work="work" in sys.argv, joins="join" in sys.argv)
    )
