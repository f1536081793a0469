"""SMS through Twilio's Messages API."""

import base64
import re
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec

from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.rules import (
    Accepted,
    Channel,
    Message,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.foundation.secret import Secret
from watchword.providers.channels.http_exchange import HttpExchange, Reply, read_reference
from watchword.providers.channels.network import check_url

ACCOUNT: Final = re.compile(r"AC[0-9a-fA-F]{32}")
API_KEY: Final = re.compile(r"SK[0-9a-fA-F]{32}")
MESSAGING_SERVICE: Final = re.compile(r"MG[0-9a-fA-F]{32}")
SENDER: Final = re.compile(r"\+[1-9][0-9]{1,14}|[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}")
SHORTEST_VALIDITY, LONGEST_VALIDITY = 1, 36_000  # seconds

SURELY_NOT_TAKEN: Final = {
    401: "authentication refused",
    403: "authentication refused",
    404: "account unknown",  # the address of the request names nothing else
    408: "HTTP 408",
    429: "HTTP 429",
    503: "HTTP 503",
}
"""What the status alone decides, whatever the body says; the operator or time can mend it."""

TEMPORARY: Final = {
    14107,  # message rate limit exceeded
    20429,  # too many requests
    21611,  # the queue of this sender is full
    30001,  # queue overflow
    30022,  # rate limit of a registered sender exceeded
    63018,  # rate limit of the channel exceeded
}
"""Twilio's codes for what another attempt may mend."""


class TwilioSettings(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="twilio",
):
    account_sid: str
    auth_token: Secret | None = None
    api_key_sid: str | None = None
    api_key_secret: Secret | None = None
    sender: str | None = None
    messaging_service_sid: str | None = None
    base_url: str = "https://api.twilio.com"
    timeout_seconds: float = 10.0

    @property
    def channels(self) -> frozenset[Channel]:
        return frozenset({Channel.SMS})

    def __post_init__(self) -> None:
        if not ACCOUNT.fullmatch(self.account_sid):
            raise ValueError("`account_sid` is not one; copy the text that begins with AC.")
        self._check_credentials()
        self._check_sender()
        check_url("base_url", self.base_url)
        if self.timeout_seconds <= 0:
            raise ValueError("`timeout_seconds` must be more than 0.")

    def _check_credentials(self) -> None:
        key = (self.api_key_sid, self.api_key_secret)
        if (key[0] is None) != (key[1] is None):
            raise ValueError("`api_key_sid` and `api_key_secret` are given together or not at all.")
        if (self.auth_token is None) == (self.api_key_sid is None):
            raise ValueError("Give either `auth_token`, or `api_key_sid` and `api_key_secret`.")
        if self.api_key_sid is not None and not API_KEY.fullmatch(self.api_key_sid):
            raise ValueError("`api_key_sid` is not one; copy the text that begins with SK.")

    def _check_sender(self) -> None:
        if (self.sender is None) == (self.messaging_service_sid is None):
            raise ValueError("Give either `sender` or `messaging_service_sid`.")
        if self.sender is not None and not SENDER.fullmatch(self.sender):
            raise ValueError(
                "`sender` is neither a number such as +14155552345 nor a name "
                "of at most 11 letters, digits and spaces."
            )
        service = self.messaging_service_sid
        if service is not None and not MESSAGING_SERVICE.fullmatch(service):
            raise ValueError(
                "`messaging_service_sid` is not one; copy the text that begins with MG."
            )


class Twilio:
    """Fills the `Provider` port."""

    def __init__(self, settings: TwilioSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._now = surroundings.now
        self._exchange = HttpExchange(settings.timeout_seconds)
        self._url = (
            f"{settings.base_url.rstrip('/')}/2010-04-01/Accounts/{settings.account_sid}"
            "/Messages.json"
        )

    @property
    def knows_repeats(self) -> bool:
        return False

    @property
    def gives_receipts(self) -> bool:
        return False

    async def send(self, message: Message) -> SendOutcome:
        try:
            body = urlencode(compose(self._settings, message, self._now())).encode()
        except UnicodeEncodeError:
            return Refused("text")
        headers = {
            "Authorization": _authorization(self._settings),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        reply = await self._exchange.ask("POST", self._url, headers, body)
        return read_reply(reply) if isinstance(reply, Reply) else reply

    async def close(self) -> None:
        await self._exchange.close()


def compose(settings: TwilioSettings, message: Message, now: datetime) -> dict[str, str]:
    """Fill in the form that asks for one message, which is dropped when it can no longer help."""
    left = (message.not_after - now) // timedelta(seconds=1)
    form = {
        "To": message.address,
        "Body": message.text.reveal(),
        "ValidityPeriod": str(max(SHORTEST_VALIDITY, min(left, LONGEST_VALIDITY))),
    }
    if settings.messaging_service_sid is not None:
        form["MessagingServiceSid"] = settings.messaging_service_sid
    if settings.sender is not None:
        form["From"] = settings.sender
    return form


def _authorization(settings: TwilioSettings) -> str:
    user = settings.api_key_sid or settings.account_sid
    secret = settings.api_key_secret or settings.auth_token or Secret("")
    return "Basic " + base64.b64encode(f"{user}:{secret.reveal()}".encode()).decode()


class _Body(msgspec.Struct):
    sid: object = None
    code: object = None


def read_reply(reply: Reply) -> SendOutcome:
    """Say what a reply means for the message."""
    reason = SURELY_NOT_TAKEN.get(reply.status)
    if reason is not None:
        return Unavailable(reason, reply.retry_after)
    body = _read_body(reply.body)
    match reply.status // 100:
        case 2:
            # Even when we do not understand the rest, it was taken, and once is enough.
            return Accepted(read_reference(body.sid))
        case 3:
            return Refused("redirect")
        case 4:
            return _read_refusal(reply, body.code)
        case _:
            return Uncertain(f"HTTP {reply.status}")


def _read_refusal(reply: Reply, code: object) -> SendOutcome:
    if isinstance(code, bool) or not isinstance(code, int):
        return Refused(f"HTTP {reply.status}")
    if code in TEMPORARY:
        return Unavailable(f"Twilio {code}", reply.retry_after)
    return Refused(f"Twilio {code}")


def _read_body(body: bytes) -> _Body:
    try:
        return msgspec.json.decode(body, type=_Body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _Body()
