"""Any channel, through any gateway that takes one HTTP request for each message.

What the request looks like and how a reply is to be read stands wholly in the settings.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

import msgspec
from multidict import CIMultiDict

from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.rules import (
    Accepted,
    Message,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.providers.channels.http_exchange import HttpExchange, Reply, read_reference
from watchword.providers.channels.http_gateway_settings import HttpGatewaySettings
from watchword.providers.channels.placeholders import fill

PLACE: Final = re.compile(r"[0-9]{1,9}")
CONTENT_TYPES: Final = {"json": "application/json", "form": "application/x-www-form-urlencoded"}

SURELY_NOT_TAKEN: Final = {
    401: "authentication refused",
    403: "authentication refused",
    503: "HTTP 503",
}


class HttpGateway:
    """Fills the `Provider` port."""

    def __init__(self, settings: HttpGatewaySettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._exchange = HttpExchange(settings.timeout_seconds, settings.ca_file)

    @property
    def knows_repeats(self) -> bool:
        return self._settings.knows_repeats

    @property
    def gives_receipts(self) -> bool:
        return False

    async def send(self, message: Message) -> SendOutcome:
        settings = self._settings
        words = _words(settings, message)
        try:
            body = compose(settings, words)
        except UnicodeEncodeError:
            return Refused("text")
        headers = CIMultiDict({"Content-Type": CONTENT_TYPES[settings.format]})
        for name, value in settings.headers.items():
            headers[name] = str(fill(value.reveal(), words))
        reply = await self._exchange.ask(settings.method, settings.url, headers, body)
        return read_reply(settings, reply) if isinstance(reply, Reply) else reply

    async def close(self) -> None:
        await self._exchange.close()


def _words(settings: HttpGatewaySettings, message: Message) -> Mapping[str, str]:
    return {
        "to": message.address,
        "text": message.text.reveal(),
        "subject": message.subject.reveal() if message.subject else "",
        "sender": settings.sender,
        "id": str(message.id),
        "locale": message.locale,
        "token": settings.token.reveal() if settings.token else "",
    }


def compose(settings: HttpGatewaySettings, words: Mapping[str, str]) -> bytes:
    body = {name: fill(part, words) for name, part in settings.body.items()}
    if settings.format == "json":
        return msgspec.json.encode(body)
    return urlencode({name: _as_text(part) for name, part in body.items()}).encode()


def read_reply(settings: HttpGatewaySettings, reply: Reply) -> SendOutcome:
    """Say what a reply means for the message."""
    status = reply.status
    if _is_success(settings, status):
        return _read_success(settings, reply.body)
    if status in settings.refused_status:
        return Refused(f"HTTP {status}")
    if status in SURELY_NOT_TAKEN:
        return Unavailable(SURELY_NOT_TAKEN[status], reply.retry_after)
    match status // 100:
        case 3:
            return Refused("redirect")
        case 4:
            return Unavailable(f"HTTP {status}", reply.retry_after)
        case _:
            return Uncertain(f"HTTP {status}")


def _is_success(settings: HttpGatewaySettings, status: int) -> bool:
    if settings.success_status == "2xx":
        return status // 100 == 2  # noqa: PLR2004
    return status in settings.success_status


def _read_success(settings: HttpGatewaySettings, body: bytes) -> SendOutcome:
    reply = _decode(body)
    if settings.success_path is not None:
        verdict = find(reply, settings.success_path)
        if verdict is None or isinstance(verdict, dict | list):
            return Uncertain("reply not understood")
        if _as_text(verdict) not in map(_as_text, settings.success_values):
            return Refused("gateway said no")
    # Without such a path it was taken, whatever the body says, and once is enough.
    reference = find(reply, settings.reference_path) if settings.reference_path else None
    return Accepted(read_reference(reference))


def _decode(body: bytes) -> object:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def find(document: object, path: str) -> object:
    """Follow a dotted path such as `messages.0.status`; where it leads nowhere is None."""
    for step in path.split("."):
        match document:
            case dict():
                document = document.get(step)
            case list() if PLACE.fullmatch(step) and int(step) < len(document):
                document = document[int(step)]
            case _:
                return None
    return document


def _as_text(value: object) -> str:
    """Write a value as JSON does, so that true and "true", 0 and "0" are the same."""
    return str(value).lower() if isinstance(value, bool) else str(value)
