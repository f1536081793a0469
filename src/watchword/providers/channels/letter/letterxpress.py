"""Letters through LetterXpress (API version 3). It reports nothing: what comes back is scanned."""

import base64
import hashlib
from typing import Final, Literal

import msgspec

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.rules import Message, SendOutcome
from watchword.features.letters.envelope import OF_SERVICES
from watchword.features.letters.service import Letters
from watchword.features.organisations.rules import Organisation
from watchword.foundation.secret import Secret
from watchword.providers.channels.answers import Answer, Answers, Meaning, look_up, outcome
from watchword.providers.channels.callbacks import read_json
from watchword.providers.channels.http_exchange import HttpExchange, Reply, read_reference
from watchword.providers.channels.letter.enclosing import Enclosure, enclose
from watchword.providers.channels.network import check_url

ANSWERS: Answers = {
    "HTTP 402": Answer(Meaning.TEMPORARY, "no credit"),
    "HTTP 404": Answer(Meaning.TEMPORARY, "service unknown"),  # `base_url` names another
    "HTTP 422": Answer(Meaning.PERMANENT, "letter not accepted"),
}
HEADERS: Final = {"Content-Type": "application/json", "Accept": "application/json"}


class LetterXpressSettings(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="letterxpress",
):
    username: str
    api_key: Secret
    mode: Literal["live", "test"] = "live"
    """In a test, nothing is printed: jobs lie in the basket for some days."""
    color: bool = False
    base_url: str = "https://api.letterxpress.de/v3"
    timeout_seconds: float = 15.0

    @property
    def channels(self) -> frozenset[Channel]:
        return frozenset({Channel.LETTER})

    def __post_init__(self) -> None:
        if not self.username or not self.api_key.reveal():
            raise ValueError("`username` and `api_key` stand in LetterXpress under LXP API.")
        check_url("base_url", self.base_url)


class LetterXpress:
    """Fills the `Provider` and `Prints` ports."""

    knows_repeats = False
    gives_receipts = False

    def __init__(
        self, settings: LetterXpressSettings, surroundings: Surroundings, letters: Letters
    ) -> None:
        self._settings = settings
        self._letters = letters
        self._exchange = HttpExchange(settings.timeout_seconds)
        self._url = f"{settings.base_url.rstrip('/')}/printjobs"

    async def send(self, message: Message) -> SendOutcome:
        enclosed = await enclose(self._letters, message, OF_SERVICES)
        if not isinstance(enclosed, Enclosure):
            return enclosed
        body = compose(self._settings, enclosed)
        reply = await self._exchange.ask("POST", self._url, HEADERS, body)
        return read_reply(reply) if isinstance(reply, Reply) else reply

    def why_not(self, address: str, organisation: Organisation) -> str | None:
        return self._letters.why_not(address, organisation, OF_SERVICES)

    async def close(self) -> None:
        await self._exchange.close()


def compose(settings: LetterXpressSettings, enclosed: Enclosure) -> bytes:
    """Ask for one letter. Its address is read from the file; the sum is of what is written."""
    content = base64.b64encode(enclosed.pdf)
    asked = {
        "auth": {
            "username": settings.username,
            "apikey": settings.api_key.reveal(),
            "mode": settings.mode,
        },
        "letter": {
            "base64_file": content.decode(),
            "base64_file_checksum": hashlib.md5(content, usedforsecurity=False).hexdigest(),
            "filename_original": enclosed.name,
            "specification": {
                "color": "4" if settings.color else "1",
                "mode": "simplex",
                "shipping": "auto",
            },
        },
    }
    return msgspec.json.encode(asked)


class _Job(msgspec.Struct):
    id: object = None


class _Said(msgspec.Struct):
    data: _Job | None = None


def read_reply(reply: Reply) -> SendOutcome:
    said = read_json(reply.body, _Said) or _Said()
    answer = look_up(ANSWERS, reply.status)
    reference = read_reference(said.data.id if said.data else None)
    return outcome(answer, reference=reference, retry_after=reply.retry_after)
