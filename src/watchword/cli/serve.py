"""`watchword serve`: answer requests, and send messages, until told to stop."""

import socket
from contextlib import AsyncExitStack
from typing import Annotated

import structlog
import typer

from watchword.cli.office import Office
from watchword.cli.running import run, stop_signals
from watchword.cli.serving import for_real, on_the_telephone, seen_by_operators
from watchword.settings import Settings
from watchword.web.app import create_app
from watchword.web.server import open_port
from watchword.web.server import serve as answer
from watchword.workers.crew import working

app = typer.Typer(add_completion=False)

log = structlog.get_logger()


@app.command()
def serve(
    context: typer.Context,
    *,
    host: Annotated[str | None, typer.Option(help="Instead of web.host in the settings.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Instead of web.port in the settings.")
    ] = None,
) -> None:
    """Answer requests, and send messages too unless work.in_server is false.

    Asked to stop by SIGTERM or Ctrl-C, it finishes what is under way.
    """
    office: Office = context.obj
    settings = office.settings()
    place = (host or settings.web.host, settings.web.port if port is None else port)
    run(_serve(office, settings, place))


async def _serve(office: Office, settings: Settings, place: tuple[str, int]) -> None:
    async with AsyncExitStack() as stack:
        stop = stack.enter_context(stop_signals())
        services = await stack.enter_async_context(for_real(office, settings))
        listener = stack.enter_context(open_port(*place))
        await stack.enter_async_context(seen_by_operators(services))
        if settings.work.in_server:
            await stack.enter_async_context(working(services))
        await stack.enter_async_context(on_the_telephone(services))
        log.info("server.started", address=_address(listener))
        if not stop.is_set():
            await answer(create_app(services), listener)
    log.info("server.stopped")


def _address(listener: socket.socket) -> str:
    host, port, *_ = listener.getsockname()
    return f"{host}:{port}"
