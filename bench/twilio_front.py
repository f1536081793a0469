"""What a pair costs through the front of Twilio, beside the same pair behind `/v1`.

    python bench/twilio_front.py [ROUNDS] [PAIRS]

One server, whose rounds take turns between both, so that a busy minute of the machine meets both.
Both are asked in one way: over connections that are kept, one pair after the other on each. What
is compared is the processor time of the server.
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

from bench.load import CONCURRENCY, Opened, strangers
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
    async with _Api(server) as api, _Front(server, account) as front:
        doors: tuple[_Door, ...] = (api, front)
        for door in doors:
            await door.pairs(phones, WARM_UP)
        spent = []
        for number in range(rounds):
            spent.append([await _cost(server, door, phones, pairs) for door in doors])
            shown = [each / pairs * 1e6 for each in spent[-1]]
            print(f"round {number + 1}: /v1 {shown[0]:.0f} µs, the front {shown[1]:.0f} µs")
    ratio = median(api / front for api, front in spent)
    print(f"pairs for the same time: {ratio:.2f} of those behind /v1 (≥ {PROMISED})")


async def _cost(server: Server, door: "_Door", phones: Iterator[str], pairs: int) -> float:
    began = server.seconds()
    await door.pairs(phones, pairs)
    return server.seconds() - began


class _Door:
    """Connections that are kept open. On each, one pair is asked for after the other."""

    right: bytes
    """What an answer to the right code has in it."""

    def __init__(self, server: Server, head: str) -> None:
        self._server = server
        self._head = f"HTTP/1.1\r\nHost: {HOST}\r\n{head}"
        self._wires: list[FormWire] = []

    async def __aenter__(self) -> Self:
        for _ in range(CONCURRENCY):
            reader, writer = await asyncio.open_connection("127.0.0.1", self._server.port)
            self._wires.append(FormWire(reader, writer, self._head))
        return self

    async def __aexit__(self, *_: object) -> None:
        for wire in self._wires:
            wire.writer.close()

    async def pairs(self, phones: Iterator[str], many: int) -> None:
        left = iter([*islice(phones, many)])

        async def work(wire: FormWire) -> None:
            for phone in left:
                reply = await self._pair(wire, phone)
                if self.right not in reply:
                    raise RuntimeError(f"The right code was not accepted: {reply!r}")

        await asyncio.gather(*(work(wire) for wire in self._wires))

    async def _pair(self, wire: FormWire, phone: str) -> bytes:
        """Ask for a code, and try it; give the last answer."""
        raise NotImplementedError


class _Api(_Door):
    right = b'"verified"'

    def __init__(self, server: Server) -> None:
        said = f"Authorization: Bearer {server.key}\r\nContent-Type: application/json\r\n"
        super().__init__(server, said)

    async def _pair(self, wire: FormWire, phone: str) -> bytes:
        asked = {"purpose": "contact_verification", "to": {"phone": phone}, "channel": "sms"}
        opened = msgspec.json.decode(await wire.post("/v1/challenges", asked), type=Opened)
        return await wire.post(f"/v1/challenges/{opened.id}/answers", {"code": str(CODE)})


class _Front(_Door):
    right = b'"approved"'

    def __init__(self, server: Server, account: str) -> None:
        said = base64.b64encode(f"{account}:{server.key}".encode()).decode()
        kind = "Content-Type: application/x-www-form-urlencoded"
        super().__init__(server, f"Authorization: Basic {said}\r\n{kind}\r\n")
        self._service = ""

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        made = await self._wires[0].send("/twilio/v2/Services", FriendlyName="Bench")
        self._service = f"/twilio/v2/Services/{msgspec.json.decode(made, type=Made).sid}"
        return self

    async def _pair(self, wire: FormWire, phone: str) -> bytes:
        await wire.send(f"{self._service}/Verifications", To=phone, Channel="sms")
        tried = f"{self._service}/VerificationCheck"
        return await wire.send(tried, To=phone, Code=str(CODE))


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
