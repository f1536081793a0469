"""Letters through Pingen (API version 2): uploaded, created, and sent at once."""

from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import quote, urlencode

import msgspec

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.receipts import Callback, Heard, NotBelieved, Report, Reported
from watchword.features.delivery.rules import (
    Message,
    Receipt,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.features.letters.envelope import OF_SERVICES
from watchword.features.letters.service import Letters
from watchword.features.organisations.rules import Organisation
from watchword.foundation.secret import Secret
from watchword.providers.channels.answers import Answer, Answers, Meaning, look_up, outcome
from watchword.providers.channels.callbacks import is_signed, read_json
from watchword.providers.channels.http_exchange import HttpExchange, Reply, read_reference
from watchword.providers.channels.letter.enclosing import (
    RETURNED,
    Enclosure,
    before_it_counts,
    enclose,
)
from watchword.providers.channels.network import check_url

STEPS: Final = 4
JSON_API: Final = "application/vnd.api+json"
EARLY: Final = timedelta(minutes=5)
SHORTEST_SECRET: Final = 16
OK: Final = 200

ANSWERS: Answers = {
    "HTTP 402": Answer(Meaning.TEMPORARY, "no credit"),
    "HTTP 404": Answer(Meaning.TEMPORARY, "service unknown"),
    "HTTP 409": Answer(Meaning.TEMPORARY, "still at it"),  # the same key is being answered
    "HTTP 422": Answer(Meaning.PERMANENT, "letter not accepted"),
}

RECEIPTS: Final = {
    "webhook_delivered": Receipt.DELIVERED,
    "webhook_undeliverable": Receipt.FAILED,
    "webhook_issues": Receipt.FAILED,
}
"""What Pingen reports later. `webhook_sent` says no more than that it is on its way."""

REASONS: Final = {"webhook_undeliverable": RETURNED}


class PingenSettings(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="pingen",
):
    client_id: str
    client_secret: Secret
    organisation: str
    """The id of the organisation, as the address of Pingen's pages has it."""
    signing_key: Secret | None = None
    """With which Pingen signs what it reports. Without it, no report is believed."""
    delivery_product: str = "cheap"
    color: bool = False
    address_position: Literal["left", "right"] = "left"
    base_url: str = "https://api.pingen.com"
    identity_url: str = "https://identity.pingen.com"
    timeout_seconds: float = 20.0

    @property
    def channels(self) -> frozenset[Channel]:
        return frozenset({Channel.LETTER})

    def __post_init__(self) -> None:
        if not (self.client_id and self.client_secret.reveal() and self.organisation):
            raise ValueError("`client_id`, `client_secret` and `organisation` come from Pingen.")
        if self.signing_key and len(self.signing_key.reveal()) < SHORTEST_SECRET:
            raise ValueError(f"`signing_key` has {SHORTEST_SECRET} characters or more.")
        check_url("base_url", self.base_url)
        check_url("identity_url", self.identity_url)


class Pingen:
    """Fills the `Provider`, `HearsCallbacks` and `Prints` ports."""

    knows_repeats = True

    def __init__(
        self, settings: PingenSettings, surroundings: Surroundings, letters: Letters
    ) -> None:
        self._settings = settings
        self._letters = letters
        self._now = surroundings.now
        # All steps together are over before the lease of the message is.
        self._exchange = HttpExchange(settings.timeout_seconds / STEPS)
        self._api = settings.base_url.rstrip("/")
        self._token = Secret("")
        self._good_until: datetime | None = None

    @property
    def gives_receipts(self) -> bool:
        return self._settings.signing_key is not None

    async def send(self, message: Message) -> SendOutcome:
        enclosed = await enclose(self._letters, message, OF_SERVICES)
        if not isinstance(enclosed, Enclosure):
            return enclosed
        if fault := await self._sign_in():
            return fault
        place = await self._upload(enclosed)
        if not isinstance(place, _Place):
            return place
        whose = quote(self._settings.organisation, safe="")
        reply = await self._exchange.ask(
            "POST",
            f"{self._api}/organisations/{whose}/letters",
            {**self._headers(), "Idempotency-Key": str(message.id)},
            compose(self._settings, enclosed, place),
        )
        return read_reply(reply) if isinstance(reply, Reply) else reply

    async def _sign_in(self) -> SendOutcome | None:
        if self._good_until is not None and self._now() < self._good_until:
            return None
        settings = self._settings
        form = {
            "grant_type": "client_credentials",
            "client_id": settings.client_id,
            "client_secret": settings.client_secret.reveal(),
            "scope": "letter",
        }
        said = before_it_counts(
            await self._exchange.ask(
                "POST",
                f"{settings.identity_url.rstrip('/')}/auth/access-tokens",
                {"Content-Type": "application/x-www-form-urlencoded"},
                urlencode(form).encode(),
            )
        )
        if not isinstance(said, Reply):
            return said
        granted = read_json(said.body, _Token)
        if said.status != OK or granted is None:
            return _not_yet(said, "authentication refused")
        self._token = Secret(granted.access_token)
        self._good_until = self._now() + timedelta(seconds=granted.expires_in) - EARLY
        return None

    async def _upload(self, enclosed: Enclosure) -> "_Place | SendOutcome":
        url = f"{self._api}/file-upload"
        said = before_it_counts(await self._exchange.ask("GET", url, self._headers(), b""))
        if not isinstance(said, Reply):
            return said
        found = read_json(said.body, _Upload)
        if said.status != OK or found is None:
            return _not_yet(said, "no place for the file")
        place = found.data.attributes
        try:
            check_url("url", place.url)
        except ValueError:
            return Unavailable("no place for the file")
        put = before_it_counts(await self._exchange.ask("PUT", place.url, {}, enclosed.pdf))
        if not isinstance(put, Reply):
            return put
        return place if put.status in {OK, 201, 204} else _not_yet(put, "file not taken")

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._token.reveal()}",
            "Content-Type": JSON_API,
            "Accept": JSON_API,
        }

    def read_callback(self, callback: Callback) -> Heard:
        key = self._settings.signing_key
        if key is None:
            return NotBelieved("no signing key")
        return read_callback(key, callback)

    def why_not(self, address: str, organisation: Organisation) -> str | None:
        return self._letters.why_not(address, organisation, OF_SERVICES)

    async def close(self) -> None:
        await self._exchange.close()


class _Token(msgspec.Struct):
    access_token: str
    expires_in: int


class _Place(msgspec.Struct, frozen=True):
    url: str
    url_signature: str


class _Attributes(msgspec.Struct):
    attributes: _Place


class _Upload(msgspec.Struct):
    data: _Attributes


def _not_yet(said: Reply, otherwise: str) -> SendOutcome:
    """Say why a step failed before anything was printed: it can be tried again."""
    found = outcome(look_up(ANSWERS, said.status), retry_after=said.retry_after)
    if isinstance(found, Refused | Uncertain):
        return Unavailable(found.reason)
    return found if isinstance(found, Unavailable) else Unavailable(otherwise)


def compose(settings: PingenSettings, enclosed: Enclosure, place: _Place) -> bytes:
    attributes = {
        "file_original_name": enclosed.name,
        "file_url": place.url,
        "file_url_signature": place.url_signature,
        "address_position": settings.address_position,
        "auto_send": True,
        "delivery_product": settings.delivery_product,
        "print_mode": "simplex",
        "print_spectrum": "color" if settings.color else "grayscale",
    }
    return msgspec.json.encode({"data": {"type": "letters", "attributes": attributes}})


class _Named(msgspec.Struct):
    id: object = None


class _Created(msgspec.Struct):
    data: _Named | None = None


def read_reply(reply: Reply) -> SendOutcome:
    said = read_json(reply.body, _Created) or _Created()
    reference = read_reference(said.data.id if said.data else None)
    answer = look_up(ANSWERS, reply.status)
    return outcome(answer, reference=reference, retry_after=reply.retry_after)


class _Relations(msgspec.Struct):
    letter: _Created | None = None


class _Told(msgspec.Struct):
    type: str
    relationships: _Relations | None = None


class _Event(msgspec.Struct):
    data: _Told


def read_callback(key: Secret, callback: Callback) -> Heard:
    """Say what a request means, if Pingen signed just this body."""
    if not is_signed(callback.headers.get("signature", ""), callback.body, key):
        return NotBelieved("signature")
    event = read_json(callback.body, _Event)
    receipt = RECEIPTS.get(event.data.type) if event else None
    if event is None or receipt is None or event.data.relationships is None:
        return Reported()
    letter = event.data.relationships.letter
    reference = read_reference(letter.data.id if letter and letter.data else None)
    if reference is None:
        return Reported()
    reason = None if receipt is Receipt.DELIVERED else REASONS.get(event.data.type, "not printed")
    return Reported((Report(receipt=receipt, reference=reference, reason=reason),))
