"""Letters through Lob: on American paper, and with the address on a page of its own before ours."""

import base64
import re
from datetime import UTC, datetime
from typing import Final

import msgspec

from watchword.features.contacts.channels import Channel
from watchword.features.contacts.post import Place, place_of
from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.receipts import Callback, Heard, NotBelieved, Report, Reported
from watchword.features.delivery.rules import Message, Receipt, Refused, SendOutcome
from watchword.features.letters.envelope import FORM_B
from watchword.features.letters.service import Letters
from watchword.features.organisations.rules import Organisation
from watchword.foundation.secret import Secret
from watchword.providers.channels.answers import Answer, Answers, Meaning, look_up, outcome
from watchword.providers.channels.callbacks import FRESH, is_signed, read_json
from watchword.providers.channels.http_exchange import HttpExchange, Reply, read_reference
from watchword.providers.channels.letter.enclosing import (
    DOES_NOT_FIT,
    RETURNED,
    Enclosure,
    enclose,
)
from watchword.providers.channels.network import check_url

NAME_AT_MOST, LINE_AT_MOST = 40, 64
SHORTEST_SECRET: Final = 16
THOUSAND: Final = 1000
MILLISECONDS: Final = re.compile(r"[0-9]{1,13}")

ANSWERS: Answers = {
    "HTTP 402": Answer(Meaning.TEMPORARY, "no credit"),
    "HTTP 409": Answer(Meaning.TEMPORARY, "still at it"),
    "HTTP 422": Answer(Meaning.PERMANENT, "letter not accepted"),
}

RECEIPTS: Final = {
    "letter.delivered": Receipt.DELIVERED,
    "letter.returned_to_sender": Receipt.FAILED,
    "letter.rejected": Receipt.FAILED,
    "letter.failed": Receipt.FAILED,
}
REASONS: Final = {"letter.returned_to_sender": RETURNED}


class LobSettings(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="lob",
):
    api_key: Secret
    sender: str
    """The id of the sender's address at Lob, such as `adr_…`: returned mail goes there."""
    webhook_secret: Secret | None = None
    """With which Lob signs what it reports. Without it, no report is believed."""
    color: bool = False
    base_url: str = "https://api.lob.com"
    timeout_seconds: float = 15.0

    @property
    def channels(self) -> frozenset[Channel]:
        return frozenset({Channel.LETTER})

    def __post_init__(self) -> None:
        if not self.api_key.reveal().isascii() or not self.api_key.reveal():
            raise ValueError("`api_key` is not one; copy it from Lob's dashboard.")
        if not self.sender.startswith("adr_"):
            raise ValueError("`sender` is the id of an address at Lob: adr_…")
        if self.webhook_secret and len(self.webhook_secret.reveal()) < SHORTEST_SECRET:
            raise ValueError(f"`webhook_secret` has {SHORTEST_SECRET} characters or more.")
        check_url("base_url", self.base_url)


class Lob:
    """Fills the `Provider`, `HearsCallbacks` and `Prints` ports."""

    knows_repeats = True

    def __init__(self, settings: LobSettings, surroundings: Surroundings, letters: Letters) -> None:
        self._settings = settings
        self._letters = letters
        self._now = surroundings.now
        self._exchange = HttpExchange(settings.timeout_seconds)
        self._url = f"{settings.base_url.rstrip('/')}/v1/letters"

    @property
    def gives_receipts(self) -> bool:
        return self._settings.webhook_secret is not None

    async def send(self, message: Message) -> SendOutcome:
        place = place_of(message.address)
        if place is None or not fits(place):
            return Refused(DOES_NOT_FIT)
        enclosed = await enclose(self._letters, message, FORM_B, "us-letter")
        if not isinstance(enclosed, Enclosure):
            return enclosed
        boundary = f"watchword-{message.id}"
        headers = {
            "Authorization": _authorization(self._settings),
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Idempotency-Key": str(message.id),
        }
        body = compose(self._settings, place, enclosed, boundary)
        reply = await self._exchange.ask("POST", self._url, headers, body)
        return read_reply(reply) if isinstance(reply, Reply) else reply

    def read_callback(self, callback: Callback) -> Heard:
        secret = self._settings.webhook_secret
        if secret is None:
            return NotBelieved("no webhook secret")
        return read_callback(secret, callback, self._now())

    def why_not(self, address: str, organisation: Organisation) -> str | None:
        place = place_of(address)
        if place is not None and not fits(place):
            return f"Lob takes names of {NAME_AT_MOST} characters, and streets of {LINE_AT_MOST}."
        return self._letters.why_not(address, organisation)

    async def close(self) -> None:
        await self._exchange.close()


def fits(place: Place) -> bool:
    """Say whether Lob takes an address: its names and lines are short."""
    return len(place.name) <= NAME_AT_MOST and len(place.street) <= LINE_AT_MOST


def _authorization(settings: LobSettings) -> str:
    return "Basic " + base64.b64encode(f"{settings.api_key.reveal()}:".encode()).decode()


def compose(settings: LobSettings, place: Place, enclosed: Enclosure, boundary: str) -> bytes:
    """Ask for one letter. Where there is no postal code, none is sent."""
    fields = {
        "to[name]": place.name,
        "to[address_line1]": place.street,
        "to[address_city]": place.city,
        "to[address_zip]": place.postal_code,
        "to[address_country]": place.country,
        "from": settings.sender,
        "color": "true" if settings.color else "false",
        "double_sided": "false",
        "address_placement": "insert_blank_page",
        "use_type": "operational",
    }
    edge, parts = f"--{boundary}\r\n".encode(), bytearray()
    for name, value in fields.items():
        if value:
            head = f'Content-Disposition: form-data; name="{name}"\r\n\r\n'
            parts += edge + head.encode() + value.encode() + b"\r\n"
    head = (
        f'Content-Disposition: form-data; name="file"; filename="{enclosed.name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    return bytes(parts + edge + head.encode() + enclosed.pdf + f"\r\n--{boundary}--\r\n".encode())


class _Said(msgspec.Struct):
    id: object = None


def read_reply(reply: Reply) -> SendOutcome:
    said = read_json(reply.body, _Said) or _Said()
    answer = look_up(ANSWERS, reply.status)
    return outcome(answer, reference=read_reference(said.id), retry_after=reply.retry_after)


class _Kind(msgspec.Struct):
    id: str


class _Event(msgspec.Struct):
    event_type: _Kind
    body: _Said | None = None


def read_callback(secret: Secret, callback: Callback, now: datetime) -> Heard:
    """Say what a request means, if Lob signed it a moment ago, and just this body."""
    stamp = callback.headers.get("lob-signature-timestamp", "")
    signature = callback.headers.get("lob-signature", "")
    if not is_signed(signature, stamp.encode() + b"." + callback.body, secret):
        return NotBelieved("signature")
    if not MILLISECONDS.fullmatch(stamp) or abs(now - _moment(stamp)) > FRESH:
        return NotBelieved("too old")
    event = read_json(callback.body, _Event)
    receipt = RECEIPTS.get(event.event_type.id) if event else None
    reference = read_reference(event.body.id if event and event.body else None)
    if event is None or receipt is None or reference is None:
        return Reported()
    reason = (
        None if receipt is Receipt.DELIVERED else REASONS.get(event.event_type.id, "not printed")
    )
    return Reported((Report(receipt=receipt, reference=reference, reason=reason),))


def _moment(stamp: str) -> datetime:
    return datetime.fromtimestamp(int(stamp) // THOUSAND, UTC)
