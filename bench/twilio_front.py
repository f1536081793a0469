"""What a pair costs through the front of Twilio, beside the same pair behind `/v1`.

    python bench/twilio_front.py [ROUNDS] [PAIRS]

One server, whose rounds take turns between both, so that a busy minute of the machine meets both.
What is compared is the processor time of the server.
"""

import asyncio
import base64
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Self
from urllib.parse import urlencode

import msgspec

from bench.load import CONCURRENCY, answer_all, open_many, strangers
from bench.programs import Server, ours
from bench.server import CODE
from bench.wire import HOST, Wire
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.log import set_up_log
from watchword.foundation.storage import open_storage

ROUNDS, PAIRS, WARM_UP = 7, 600, 200
PROMISED = 0.85
"""Of as many pairs as behind `/v1`, so many go through the front."""
WHOSE = "select organisation_id from organisations"


class Made(msgspec.Struct):
    sid: str


class FormWire(Wire):
    """Posts forms, as Twilio's libraries do."""

    async def send(self, path: str, **fields: str) -> bytes:
        content = urlencode(fields).encode()
        request = f"POST {path} {self.head}Content-Length: {len(content)}\r\n\r\n"
        return await self._ask(request.encode() + content)


async def compare(rounds: int, pairs: int) -> None:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'front.db'}"
        async with ours(url) as server:
            await _measure(server, await _account(url), rounds, pairs)


async def _measure(server: Server, account: str, rounds: int, pairs: int) -> None:
    phones = strangers()
    async with _Front(server, account) as front:
        await answer_all([server], await open_many([server], phones, WARM_UP))
        await front.pairs(phones, WARM_UP)
        ratios = []
        for number in range(rounds):
            began = server.seconds()
            await answer_all([server], await open_many([server], phones, pairs))
            between = server.seconds()
            await front.pairs(phones, pairs)
            api, ended = between - began, server.seconds() - between
            ratios.append(api / ended)
            shown = [each / pairs * 1e6 for each in (api, ended)]
            print(f"round {number + 1}: /v1 {shown[0]:.0f} µs, the front {shown[1]:.0f} µs")
    print(f"pairs for the same time: {median(ratios):.2f} of those behind /v1 (≥ {PROMISED})")


class _Front:
    """Connections to the front, and a service to ask under."""

    def __init__(self, server: Server, account: str) -> None:
        self._server = server
        said = base64.b64encode(f"{account}:{server.key}".encode()).decode()
        self._head = (
            f"HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Basic {said}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
        )
        self._wires: list[FormWire] = []
        self._service = ""

    async def __aenter__(self) -> Self:
        for _ in range(CONCURRENCY):
            reader, writer = await asyncio.open_connection("127.0.0.1", self._server.port)
            self._wires.append(FormWire(reader, writer, self._head))
        made = await self._wires[0].send("/twilio/v2/Services", FriendlyName="Bench")
        self._service = msgspec.json.decode(made, type=Made).sid
        return self

    async def __aexit__(self, *_: object) -> None:
        for wire in self._wires:
            wire.writer.close()

    async def pairs(self, phones: Iterator[str], many: int) -> None:
        left = iter([*islice(phones, many)])
        await asyncio.gather(*(self._work(wire, left) for wire in self._wires))

    async def _work(self, wire: FormWire, left: Iterator[str]) -> None:
        path = f"/twilio/v2/Services/{self._service}"
        for phone in left:
            await wire.send(f"{path}/Verifications", To=phone, Channel="sms")
            reply = await wire.send(f"{path}/VerificationCheck", To=phone, Code=str(CODE))
            if b'"approved"' not in reply:
                raise RuntimeError(f"The right code was not accepted: {reply!r}")


async def _account(url: str) -> str:
    async with open_storage(url) as storage, storage.reading(EVERYWHERE) as transaction:
        row = await transaction.one(WHOSE)
    if row is None:
        raise RuntimeError("There is no organisation.")
    whose: str = row["organisation_id"]
    return "AC" + whose.replace("-", "")


if __name__ == "__main__":
    set_up_log()
    given = [int(word) for word in sys.argv[1:3]]
    asyncio.run(compare(*(given + [ROUNDS, PAIRS][len(given) :])))
