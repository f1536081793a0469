"""A server process with an open sandbox: says its port, then answers until it is asked to stop."""

import asyncio
import sys

from tests.web.html.stage import HERE, open_stage
from watchword.web.server import open_port, serve


async def main(database: str) -> None:
    async with open_stage(database) as stage:
        listener = open_port(HERE, 0)
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        await serve(stage.app, listener)


asyncio.run(main(sys.argv[1]))
