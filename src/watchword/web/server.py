"""The server process: one application on one port, which lets requests end before it does."""

import asyncio
import errno
import gc
import socket
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from litestar import Litestar

from watchword.foundation.errors import WatchwordError
from watchword.web.connections import Connection, Connections, as_many_as_can_be

QUEUE = 2048
FEW = 16  # connections, where only those come who run the machine
DRAIN_WITHIN = 20  # seconds
TICKS = 10  # in a second


class PortTaken(WatchwordError):
    """We cannot listen where we should; mostly because another program does."""

    def __init__(self, host: str, port: int, fault: OSError, remedy: str | None) -> None:
        is_taken = fault.errno == errno.EADDRINUSE
        because = "is taken" if is_taken else f"cannot be had ({fault.strerror})"
        chosen = remedy or f"--port {port + 1} (with make: PORT={port + 1})"
        super().__init__(f"Port {port} on {host} {because}. Choose another one: {chosen}")


def open_port(host: str, port: int, remedy: str | None = None) -> socket.socket:
    """Take the port before anything else is done, so that a taken one is known at once.

    `remedy`: where another one is chosen, if that is not `--port`.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(QUEUE)
    except OSError as fault:
        listener.close()
        raise PortTaken(host, port, fault, remedy) from None
    return listener


async def serve(app: Litestar, listener: socket.socket) -> None:
    """Answer requests until a signal asks us to stop; then finish those that have begun."""
    # What was put up to answer them is never garbage. Looking through all of it again and again
    # would make somebody wait each time.
    gc.collect()
    gc.freeze()
    await Server(app, Connections(most=as_many_as_can_be())).serve(sockets=[listener])


@asynccontextmanager
async def serving_beside(app: Litestar, listener: socket.socket) -> AsyncIterator[None]:
    """Answer requests at a second place, for as long as the block lasts; it hears no signals."""
    server = SideServer(app, Connections(most=FEW))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


class Server(uvicorn.Server):
    def __init__(self, app: Litestar, connections: Connections) -> None:
        config = uvicorn.Config(
            app,
            http=Connection,
            ws="none",
            loop="none",
            lifespan="off",
            # URLs and headers are not for the log; what happened is logged where it happens.
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=DRAIN_WITHIN,
        )
        super().__init__(config)
        self._app = app
        self._connections = self.server_state = connections

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS == 0:
            self._connections.look_after(asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Whoever listens for news has a request that never ends by itself.
        self._app.state.audience.dismiss()
        await super().shutdown(sockets)


class SideServer(Server):
    """One that stands beside another, and ends when it is told to."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield
