"""A process that works at campaigns, and that a drill can kill.

    python -m tests.races.campaigner DATABASE KEYRING PORT LATER

It lives so many seconds later than it is, and sends to a provider at that port of this machine.
"""

import asyncio
import logging
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvloop

from watchword.foundation.keyring_files import KeyringFile
from watchword.foundation.log import set_up_log
from watchword.settings import parse
from watchword.wiring import open_services
from watchword.workers.crew import working


def settings_for(database: str, port: int) -> dict[str, Any]:
    """Send to a provider that knows a message by its id, and refuses whom it does not know."""
    return {
        "database": {"url": database},
        "work": {"concurrency": 32},
        "providers": {
            "gateway": {
                "kind": "http",
                "channel": ["sms"],
                "url": f"http://127.0.0.1:{port}/send",
                "body": {"to": "{to}", "text": "{text}", "id": "{id}"},
                "knows_repeats": True,
            }
        },
    }


async def work(database: str, keyring: str, port: str, later: str) -> None:
    shift = timedelta(seconds=float(later))
    async with (
        open_services(
            parse(settings_for(database, int(port))),
            KeyringFile(Path(keyring)).load(),
            now=lambda: datetime.now(UTC) + shift,
        ) as services,
        working(services),
    ):
        await asyncio.Event().wait()


if __name__ == "__main__":
    set_up_log(level=logging.ERROR)
    uvloop.run(work(*sys.argv[1:]))
