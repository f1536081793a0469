"""`watchword demo`: everything at once, on one machine, with keys that are worth nothing.

$ watchword demo
Watchword is ready.
…
"""

import asyncio
import logging
import socket
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from watchword.cli.demo_house import DemoHouse
from watchword.cli.demo_words import DemoView, say_ready
from watchword.cli.office import Office
from watchword.cli.printing import AsJson, note, show
from watchword.cli.running import run, stop_signals
from watchword.foundation.errors import WatchwordError
from watchword.migrations import steps
from watchword.providers.channels.network import is_loopback
from watchword.web.app import create_app
from watchword.web.server import open_port, serve
from watchword.workers.crew import working

HOST, PORT = "127.0.0.1", 8000
GOOD = b" 200 "
OWN_DOING = frozenset(
    {
        *("block.began", "organisation.sprayed", "console.forbidden", "recovery.objected"),
        *("callback.not_believed", "webhook_endpoint.disabled", "notice.not_sent"),
    }
)
"""What people bring about themselves when they try things. It stands in the console, and there is
nothing to do about it in the terminal; faults still come there."""

app = typer.Typer(add_completion=False)


class NoFolder(WatchwordError):
    """The folder for the demonstration cannot be had."""


@app.command()
def demo(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = HOST,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port to listen at; 0 takes a free one.")
    ] = PORT,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Keep everything there, and go on with what is there."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Try everything at once: server, workers, three sample organisations, and a sandbox.

    Without --data, all of it lies in a new folder, which is removed at the end. Ctrl-C ends it.
    """
    # First of all the port: if it is taken, nothing else has happened.
    with open_port(host, port) as listener:
        if not is_loopback(host):
            note(f"Careful: whoever reaches {host} sees the sandbox, with every code in it.")
        with demo_folder(data) as folder:
            run(_demo(context.obj, listener, folder, is_kept=data is not None, as_json=as_json))
    note("The demo has ended." if data else "The demo has ended, and its folder is removed.")


async def _demo(
    office: Office, listener: socket.socket, folder: Path, *, is_kept: bool, as_json: bool
) -> None:
    address = _address(listener)
    house = DemoHouse(folder, office.now)
    settings = house.settings(*address)
    office.set_up_log(level=logging.WARNING, is_terminal=True, unsaid=OWN_DOING)
    async with AsyncExitStack() as stack:
        stop = stack.enter_context(stop_signals())
        with house.alone():
            keyring = house.keyring()
            await steps.upgrade(settings.database.url)
            services = await stack.enter_async_context(office.opened(settings, keyring))
            samples = await house.furnish(services)
            house.tell(settings.web.public_url)
        await stack.enter_async_context(working(services))
        if stop.is_set():
            return
        serving = asyncio.create_task(serve(create_app(services), listener))
        ringing = asyncio.create_task(house.ring(services, samples))
        if await _answers(address, serving):
            view = DemoView.of(settings.web.public_url, samples, str(folder))
            show(view, say_ready(view, is_kept=is_kept), as_json=as_json)
        await serving
        ringing.cancel()
        await asyncio.gather(ringing, return_exceptions=True)


@contextmanager
def demo_folder(kept: Path | None) -> Iterator[Path]:
    """Give the folder of a demonstration; without one that is kept, it is gone at the end."""
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="watchword-demo-") as fresh:
            yield Path(fresh)
        return
    try:
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise NoFolder(f"The folder {kept} cannot be had: {fault.strerror}.") from None
    yield kept.resolve()


def _address(listener: socket.socket) -> tuple[str, int]:
    """Give where a browser on this machine finds us."""
    host, port, *_ = listener.getsockname()
    everywhere = {"0.0.0.0": HOST, "::": "::1"}  # noqa: S104 - it is asked, not bound
    return everywhere.get(host, host), port


async def _answers(address: tuple[str, int], serving: asyncio.Task[None]) -> bool:
    """Wait until the server answers a first request; it never does if it is stopped before."""
    asking = asyncio.create_task(_ask(*address))
    await asyncio.wait({asking, serving}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        asking.cancel()
        return False
    return await asking


async def _ask(host: str, port: int) -> bool:
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    reply = await reader.read()
    writer.close()
    await writer.wait_closed()
    return GOOD in reply.partition(b"\r\n")[0]
