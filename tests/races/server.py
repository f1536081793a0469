"""A server for drills, whose codes are all the same.

    python -m tests.races.server URL_OF_DATABASE KEYRING PORT

Everything is as it is in `watchword serve`, except that chance is not left to chance.
"""

import logging
import sys
from pathlib import Path

import uvloop

from watchword.foundation.keyring_files import KeyringFile
from watchword.foundation.log import set_up_log
from watchword.settings import parse
from watchword.web.app import create_app
from watchword.web.connections import Connections
from watchword.web.server import Server, open_port
from watchword.wiring import open_services

CODE = 123456
A_LONG_TIME = 300  # seconds


async def main(database: str, keyring: str, port: int) -> None:
    settings = parse({"database": {"url": database}})
    with open_port("127.0.0.1", port) as listener:
        async with open_services(
            settings, KeyringFile(Path(keyring)).load(), draw=lambda _: CODE
        ) as services:
            sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
            sys.stdout.flush()
            # Whoever fires a volley waits in between, for as long as a busy machine takes.
            server = Server(create_app(services), Connections(patience=A_LONG_TIME))
            server.config.timeout_keep_alive = A_LONG_TIME
            await server.serve(sockets=[listener])


if __name__ == "__main__":
    set_up_log(level=logging.WARNING)
    uvloop.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
