"""A server to be measured: everything on, and every code is 123456.

    python bench/server.py URL_OF_DATABASE PORT [work]

Prints an API key once it is ready to be called. With `work`, it also sends through the sandbox.
"""

import asyncio
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import uvloop

from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.keyring import new_keyring
from watchword.foundation.log import set_up_log
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.web.app import create_app
from watchword.web.server import open_port, serve
from watchword.wiring import Services, open_services
from watchword.workers.crew import working

CODE = 123456


async def main(url: str, port: int, *, does_work: bool) -> None:
    await upgrade(url)
    settings = parse({"database": {"url": url}, "work": {"concurrency": 32}})
    listener = open_port("127.0.0.1", port)
    async with AsyncExitStack() as stack:
        keyring = new_keyring(datetime.now(UTC))
        services = await stack.enter_async_context(
            open_services(settings, keyring, draw=lambda _: CODE)
        )
        if does_work:
            await stack.enter_async_context(working(services))
        print(await new_key(services), flush=True)
        await serve(create_app(services), listener)


async def new_key(services: Services) -> str:
    organisation = await services.organisations.found(
        slug="bench", name="Bench", mode=Mode.TEST, country="DE", locale="de", actor="bench"
    )
    assert isinstance(organisation, Organisation)
    _, key = await services.clients.create(
        organisation, label="bench", scopes=frozenset(Scope), actor="bench"
    )
    return key.reveal()


if __name__ == "__main__":
    set_up_log()
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), does_work="work" in sys.argv))
