"""One request to a core, and what is made of the reply, or of its absence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import quote, urlencode

import msgspec

from watchword.features.cores.rules import (
    PinConflict,
    PinEnd,
    PinRefused,
    PinSet,
    PinUnknown,
    Unavailable,
)
from watchword.features.delivery.rules import Unavailable as NotReached
from watchword.features.delivery.rules import Uncertain
from watchword.providers.channels.documents import read_any
from watchword.providers.channels.http_exchange import HttpExchange, Reply
from watchword.providers.channels.placeholders import fill
from watchword.providers.cores.ailments import Ailments
from watchword.providers.cores.rest.description import Ask, Description, Write
from watchword.providers.cores.rest.settings import RestSettings, headers_of

LONGEST_REPLY: Final = 1024 * 1024
SURELY_NOT: Final = {401, 403, 405, 429}
"""Said before anything is done, by any server."""

Words: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Nobody:
    """The core knows of no such thing."""


class Asking:
    def __init__(
        self, settings: RestSettings, description: Description, ailments: Ailments
    ) -> None:
        self._base = settings.base_url
        self._headers = {**headers_of(settings), "Accept": "application/json"}
        self._description = description
        self._ailments = ailments
        self._exchange = HttpExchange(
            settings.timeout_seconds, settings.ca_file, longest_reply=LONGEST_REPLY
        )

    async def read(self, ask: Ask, words: Words) -> object | Nobody | Unavailable:
        """Give the document that a core answers with."""
        reply = await self.ask(ask, words)
        if not isinstance(reply, Reply):
            return self._ailments.gone(reply.reason)
        if reply.status in self._description.nobody_status:
            return Nobody()
        if reply.status // 100 != 2:  # noqa: PLR2004
            return self.unwilling(reply)
        document = read_any(reply.body)
        if document is None:
            return self._ailments.gone("reply not understood")
        self._ailments.well()
        return document

    async def write(self, ask: Write, words: Words) -> PinEnd:
        reply = await self.ask(ask, words)
        match reply:
            case NotReached(reason):
                return self._ailments.gone(reason)
            case Uncertain(reason):
                self._ailments.note(reason)
                return PinUnknown()
            case Reply():
                return self._read_end(ask, reply)

    async def ask(self, ask: Ask, words: Words) -> Reply | NotReached | Uncertain:
        in_address = {name: quote(word, safe="") for name, word in words.items()}
        url = self._base + str(fill(ask.path, in_address))
        if ask.query:
            url += (
                f"?{urlencode({name: str(fill(part, words)) for name, part in ask.query.items()})}"
            )
        headers = self._headers | {
            name: str(fill(part, words)) for name, part in ask.headers.items()
        }
        body = b""
        if ask.body is not None:
            headers["Content-Type"] = "application/json"
            body = msgspec.json.encode(fill(ask.body, words))
        return await self._exchange.ask(ask.method, url, headers, body)

    def unwilling(self, reply: Reply) -> Unavailable:
        return self._ailments.gone(
            f"HTTP {reply.status}",
            during_maintenance=reply.status in self._description.maintenance_status,
        )

    async def close(self) -> None:
        await self._exchange.close()

    def _read_end(self, ask: Write, reply: Reply) -> PinEnd:
        status = reply.status
        if status // 100 == 2:  # noqa: PLR2004
            return PinSet()
        if status in ask.conflict_status or status in self._description.nobody_status:
            return PinConflict()
        if status in ask.refused_status:
            return PinRefused(f"HTTP {status}")
        if status in SURELY_NOT or status in self._description.maintenance_status:
            return self.unwilling(reply)
        # A server that stumbles, or somebody in front of it, may have done it before.
        self._ailments.note(f"HTTP {status}")
        return PinUnknown()
