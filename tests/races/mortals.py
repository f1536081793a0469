"""A server for drills that a till can kill while it works for it, and another one in its place.

    python -m tests.races.mortals

Each line on its input is a `Life`: a process that answers as `watchword serve` does. It says where
it is; when it has died, its status says of what. All are forked from one that has imported what
they need, so that dying costs little.

A request with `Dies-At: N` ends the process, by a signal that cannot be caught, at the Nth step of
the storage under it. Codes are all the same.
"""

import logging
import os
import signal
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn

import msgspec
import uvloop
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from tests.features.redemptions.mortals import NEVER, Mortal, house_on
from tests.races.server import CODE
from watchword.foundation.keyring_files import KeyringFile
from watchword.foundation.log import set_up_log
from watchword.settings import parse
from watchword.web.app import create_app
from watchword.web.server import open_port, serve
from watchword.wiring import open_services
from watchword.workers.crew import working

DIES_AT, TAKEN = "Dies-At", "Steps-Taken"


class Life(msgspec.Struct, frozen=True):
    """It lives so many seconds later than it is, and sweeps up as well if it works."""

    database: str
    keyring: str
    later: float = 0.0
    works: bool = False


def killed() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit("Nobody outlives that.")


def armed(app: ASGIApp, mortal: Mortal) -> ASGIApp:
    """Let each request say at which step it dies, and its answer how many there were."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        said = dict(scope["headers"]).get(DIES_AT.lower().encode(), b"")
        mortal.dies_at, mortal.taken = int(said or NEVER), 0

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                line = (TAKEN.lower().encode(), str(mortal.taken).encode())
                message["headers"] = [*message["headers"], line]
            await send(message)

        await app(scope, receive, tell)

    return answer


async def live(life: Life) -> None:
    settings, later = parse({"database": {"url": life.database}}), timedelta(seconds=life.later)
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(open_port("127.0.0.1", 0))
        services = await stack.enter_async_context(
            open_services(
                settings,
                KeyringFile(Path(life.keyring)).load(),
                now=lambda: datetime.now(UTC) + later,
                draw=lambda _: CODE,
            )
        )
        mortal = Mortal(services.storage, die=killed)
        app: Any = create_app(house_on(services, mortal))
        app.asgi_handler = armed(app.asgi_handler, mortal)
        if life.works:
            await stack.enter_async_context(working(services))
        Thread(target=outlive_nobody, daemon=True).start()
        say(f"{os.getpid()} http://127.0.0.1:{listener.getsockname()[1]}")
        await serve(app, listener)


def outlive_nobody() -> None:
    """Nothing is said while somebody lives: what comes is the end of whoever started all this."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(0)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            try:
                uvloop.run(live(msgspec.json.decode(line, type=Life)))
            finally:
                os._exit(0)
        _, status = os.waitpid(pid, 0)
        say(str(os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    set_up_log(level=logging.WARNING)
    main()
