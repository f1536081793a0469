"""The server process: one application on one port, which lets requests end before it does."""

import socket

import uvicorn
from litestar import Litestar

from watchword.foundation.errors import WatchwordError

QUEUE = 2048
DRAIN_WITHIN = 20  # seconds


class PortTaken(WatchwordError):
    """Another program listens where we should."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} on {host} is taken. Choose another one, for example: PORT={port + 1}"
        )


def open_port(host: str, port: int) -> socket.socket:
    """Take the port before anything else is done, so that a taken one is known at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise PortTaken(host, port) from None
    listener.listen(QUEUE)
    return listener


async def serve(app: Litestar, listener: socket.socket) -> None:
    """Answer requests until a signal asks us to stop; then finish those that have begun."""
    config = uvicorn.Config(
        app,
        http="httptools",
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
    await uvicorn.Server(config).serve(sockets=[listener])
