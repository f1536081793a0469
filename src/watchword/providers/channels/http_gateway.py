"""Any channel, through any gateway that takes one HTTP request for each message.

What the request looks like and how a reply is to be read stands wholly in the settings.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

import msgspec
from multidict import CIMultiDict

from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.receipts import Callback, Heard
from watchword.features.delivery.rules import Message, Refused, SendOutcome
from watchword.providers.channels.answers import Answer, Answers, Meaning, look_up, outcome
from watchword.providers.channels.documents import as_text, find, read_any
from watchword.providers.channels.http_exchange import HttpExchange, Reply, read_reference
from watchword.providers.channels.http_gateway_callbacks import read_call
from watchword.providers.channels.http_gateway_settings import HttpGatewaySettings
from watchword.providers.channels.placeholders import fill

CONTENT_TYPES: Final = {"json": "application/json", "form": "application/x-www-form-urlencoded"}

ANSWERS: Answers = {
    "yes": Answer(Meaning.TAKEN, "taken"),
    "no": Answer(Meaning.PERMANENT, "gateway said no"),
    "neither": Answer(Meaning.UNCLEAR, "reply not understood"),
    "HTTP 2xx": Answer(Meaning.UNCLEAR, "HTTP 2xx"),
    "HTTP 4xx": Answer(Meaning.RECIPIENT, "HTTP 4xx"),
    "HTTP 403": Answer(Meaning.RECIPIENT, "HTTP 403"),  # many say so of a country or a number
    "HTTP 407": Answer(Meaning.TEMPORARY, "HTTP 407"),
}
"""The first three are what the settings make of a success. What they call refused stands there."""


class HttpGateway:
    """Fills the `Provider` and `HearsCallbacks` ports."""

    def __init__(self, settings: HttpGatewaySettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._callbacks = surroundings.callbacks
        self._exchange = HttpExchange(settings.timeout_seconds, settings.ca_file)

    @property
    def knows_repeats(self) -> bool:
        return self._settings.knows_repeats

    @property
    def gives_receipts(self) -> bool:
        return self._settings.receipts is not None

    async def send(self, message: Message) -> SendOutcome:
        settings = self._settings
        words = _words(settings, message, self._callbacks)
        try:
            body = compose(settings, words)
        except UnicodeEncodeError:
            return Refused("text")
        headers = CIMultiDict({"Content-Type": CONTENT_TYPES[settings.format]})
        for name, value in settings.headers.items():
            headers[name] = str(fill(value.reveal(), words))
        reply = await self._exchange.ask(settings.method, settings.url, headers, body)
        return read_reply(settings, reply) if isinstance(reply, Reply) else reply

    def read_callback(self, callback: Callback) -> Heard:
        return read_call(self._settings, callback)

    async def close(self) -> None:
        await self._exchange.close()


def _words(settings: HttpGatewaySettings, message: Message, callbacks: str) -> Mapping[str, str]:
    return {
        "to": message.address,
        "text": message.text.reveal(),
        "subject": message.subject.reveal() if message.subject else "",
        "sender": settings.sender,
        "id": str(message.id),
        "locale": message.locale,
        "token": settings.token.reveal() if settings.token else "",
        "callback": f"{callbacks}/{message.id}",
    }


def compose(settings: HttpGatewaySettings, words: Mapping[str, str]) -> bytes:
    body = {name: fill(part, words) for name, part in settings.body.items()}
    if settings.format == "json":
        return msgspec.json.encode(body)
    return urlencode({name: as_text(part) for name, part in body.items()}).encode()


def read_reply(settings: HttpGatewaySettings, reply: Reply) -> SendOutcome:
    """Say what a reply means for the message."""
    if _is_success(settings, reply.status):
        return _read_success(settings, reply.body)
    if reply.status in settings.refused_status:
        return Refused(f"HTTP {reply.status}")
    return outcome(look_up(ANSWERS, reply.status), retry_after=reply.retry_after)


def _is_success(settings: HttpGatewaySettings, status: int) -> bool:
    if settings.success_status == "2xx":
        return status // 100 == 2  # noqa: PLR2004
    return status in settings.success_status


def _read_success(settings: HttpGatewaySettings, body: bytes) -> SendOutcome:
    reply = read_any(body)
    reference = find(reply, settings.reference_path) if settings.reference_path else None
    return outcome(ANSWERS[_verdict(settings, reply)], reference=read_reference(reference))


def _verdict(settings: HttpGatewaySettings, reply: object) -> str:
    if settings.success_path is None:
        # It was taken, whatever the body says, and once is enough.
        return "yes"
    verdict = find(reply, settings.success_path)
    if verdict is None or isinstance(verdict, dict | list):
        return "neither"
    return "yes" if as_text(verdict) in map(as_text, settings.success_values) else "no"
