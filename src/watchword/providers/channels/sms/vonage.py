"""SMS through Vonage's Messages API."""

import base64
import re
from datetime import datetime, timedelta
from typing import Final

import msgspec

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.receipts import (
    Callback,
    Heard,
    Incoming,
    NotBelieved,
    Report,
    Reported,
    Written,
)
from watchword.features.delivery.rules import Message, Receipt, Refused, SendOutcome
from watchword.foundation.secret import Secret
from watchword.providers.channels.answers import Answer, Answers, Meaning, look_up, outcome
from watchword.providers.channels.callbacks import (
    is_body_of,
    read_json,
    read_message_id,
    read_number,
    read_token,
)
from watchword.providers.channels.http_exchange import HttpExchange, Reply, read_reference
from watchword.providers.channels.network import check_url

API_KEY: Final = re.compile(r"[A-Za-z0-9]{4,32}")
SENDER: Final = re.compile(r"\+?[1-9][0-9]{2,14}|(?=.*[A-Za-z])[A-Za-z0-9 _&-]{1,11}")
FAULT: Final = re.compile(r"https://[a-z.]+/api-errors/messages#([0-9]{4})")
CODE: Final = re.compile(r"[0-9]{4}")
SHORTEST_SIGNATURE_SECRET: Final = 16
SHORTEST_LIFE, LONGEST_LIFE = 20, 604_800  # seconds

ANSWERS: Answers = {
    "HTTP 402": Answer(Meaning.TEMPORARY, "no credit"),
    "HTTP 404": Answer(Meaning.TEMPORARY, "service unknown"),  # `base_url` names another
    "Vonage 1000": Answer(Meaning.TEMPORARY, "too many requests"),
    "Vonage 1030": Answer(Meaning.UNCLEAR, "fault at Vonage"),
    "Vonage 1050": Answer(Meaning.PERMANENT, "number barred"),
    "Vonage 1060": Answer(Meaning.TEMPORARY, "account barred"),
    "Vonage 1070": Answer(Meaning.TEMPORARY, "no credit"),
    "Vonage 1080": Answer(Meaning.TEMPORARY, "account not enabled"),
    "Vonage 1100": Answer(Meaning.RECIPIENT, "not passed on"),
    "Vonage 1120": Answer(Meaning.PERMANENT, "sender not allowed"),
    "Vonage 1140": Answer(Meaning.TEMPORARY, "account not enabled"),
    "Vonage 1160": Answer(Meaning.PERMANENT, "number not approved"),
    "Vonage 1420": Answer(Meaning.PERMANENT, "sender not allowed"),
    "Vonage 1430": Answer(Meaning.PERMANENT, "number refused"),
}
"""What Vonage means by its codes. What it says by another is told by the status."""

RECEIPTS: Final = {
    "delivered": Receipt.DELIVERED,
    "read": Receipt.READ,
    "rejected": Receipt.FAILED,
    "undeliverable": Receipt.FAILED,
}
"""What Vonage reports later. `submitted` says no more than that it is on its way."""


class VonageSettings(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="vonage",
):
    api_key: str
    api_secret: Secret
    sender: str
    signature_secret: Secret | None = None
    """By which Vonage signs what it reports. Without it, receipts are not asked for."""
    base_url: str = "https://api.nexmo.com"
    timeout_seconds: float = 10.0

    @property
    def channels(self) -> frozenset[Channel]:
        return frozenset({Channel.SMS})

    def __post_init__(self) -> None:
        if not API_KEY.fullmatch(self.api_key):
            raise ValueError("`api_key` is not one; copy it from Vonage's dashboard.")
        if not self.api_secret.reveal().isascii() or not self.api_secret.reveal():
            raise ValueError("`api_secret` is not one; copy it from Vonage's dashboard.")
        if not SENDER.fullmatch(self.sender):
            raise ValueError(
                "`sender` is neither a number such as +14155552345 nor a name "
                "of at most 11 letters, digits and spaces."
            )
        signature = self.signature_secret
        if signature and len(signature.reveal()) < SHORTEST_SIGNATURE_SECRET:
            raise ValueError(
                f"`signature_secret` has fewer than {SHORTEST_SIGNATURE_SECRET} characters and "
                "could be guessed; set a longer one in Vonage's dashboard."
            )
        check_url("base_url", self.base_url)


class Vonage:
    """Fills the `Provider` and `HearsCallbacks` ports."""

    def __init__(self, settings: VonageSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._surroundings = surroundings
        self._exchange = HttpExchange(settings.timeout_seconds)
        self._url = f"{settings.base_url.rstrip('/')}/v1/messages"

    @property
    def knows_repeats(self) -> bool:
        return False

    @property
    def gives_receipts(self) -> bool:
        return self._settings.signature_secret is not None

    async def send(self, message: Message) -> SendOutcome:
        around = self._surroundings
        try:
            body = compose(self._settings, message, around.callbacks, around.now())
        except UnicodeEncodeError:
            return Refused("text")
        headers = {
            "Authorization": _authorization(self._settings),
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        reply = await self._exchange.ask("POST", self._url, headers, body)
        return read_reply(reply) if isinstance(reply, Reply) else reply

    def read_callback(self, callback: Callback) -> Heard:
        secret = self._settings.signature_secret
        if secret is None:
            return NotBelieved("no signature secret")
        return read_callback(secret, callback, self._surroundings.now())

    async def close(self) -> None:
        await self._exchange.close()


def compose(settings: VonageSettings, message: Message, callbacks: str, now: datetime) -> bytes:
    """Ask for one message, which is dropped when it can no longer help."""
    left = (message.not_after - now) // timedelta(seconds=1)
    asked: dict[str, str | int] = {
        "message_type": "text",
        "channel": "sms",
        "to": message.address.removeprefix("+"),
        "from": settings.sender.removeprefix("+"),
        "text": message.text.reveal(),
        "client_ref": str(message.id),
        "ttl": max(SHORTEST_LIFE, min(left, LONGEST_LIFE)),
    }
    if settings.signature_secret is not None:
        asked["webhook_url"] = f"{callbacks}/{message.id}"
        asked["webhook_version"] = "v1"
    return msgspec.json.encode(asked)


def _authorization(settings: VonageSettings) -> str:
    user = f"{settings.api_key}:{settings.api_secret.reveal()}"
    return "Basic " + base64.b64encode(user.encode()).decode()


class _Said(msgspec.Struct):
    message_uuid: object = None
    type: object = None
    title: object = None


def read_reply(reply: Reply) -> SendOutcome:
    """Say what a reply means for the message."""
    said = read_json(reply.body, _Said) or _Said()
    code = _code(said.type, said.title)
    answer = look_up(ANSWERS, reply.status, *([f"Vonage {code}"] if code else []))
    reference = read_reference(said.message_uuid)
    return outcome(answer, reference=reference, retry_after=reply.retry_after)


def _code(explained_at: object, title: object) -> str | None:
    """Find Vonage's number for a fault: behind the address that explains it, or as its title."""
    address = FAULT.fullmatch(explained_at) if isinstance(explained_at, str) else None
    if address:
        return address[1]
    number = CODE.fullmatch(title if isinstance(title, str) else f"{title!r}")
    return number[0] if number else None


class _Status(msgspec.Struct):
    status: str
    message_uuid: object = None
    client_ref: object = None
    error: object = None


class _Text(msgspec.Struct, rename={"sender": "from"}):
    text: str
    message_uuid: object
    sender: object


def read_callback(secret: Secret, callback: Callback, now: datetime) -> Heard:
    """Say what a request means, if Vonage signed it a moment ago, and just this body."""
    claims = read_token(callback.headers.get("authorization", ""), secret, now)
    if claims is None:
        return NotBelieved("signature")
    if not is_body_of(claims, callback.body):
        return NotBelieved("body not signed")
    if text := read_json(callback.body, _Text):
        return _read_text(text)
    status = read_json(callback.body, _Status)
    receipt = RECEIPTS.get(status.status) if status else None
    if status is None or receipt is None:
        return Reported()
    message_id, reference = read_message_id(status.client_ref), read_reference(status.message_uuid)
    if message_id is None and reference is None:
        return Reported()
    reason = _reason(status) if receipt is Receipt.FAILED else None
    report = Report(receipt=receipt, message_id=message_id, reference=reference, reason=reason)
    return Reported((report,))


def _read_text(said: _Text) -> Heard:
    sender, reference = read_number(said.sender), read_reference(said.message_uuid)
    if sender is None or reference is None:
        return Reported()
    text = Incoming(channel=Channel.SMS, sender=sender, text=Secret(said.text), reference=reference)
    return Written((text,))


def _reason(status: _Status) -> str:
    """Give Vonage's number for what went wrong; the fault stands in another one at times."""
    said = status.error
    if isinstance(said, dict):
        said = said.get("error", said)
    code = _code(said.get("type"), said.get("title")) if isinstance(said, dict) else None
    return f"Vonage {code or status.status}"
