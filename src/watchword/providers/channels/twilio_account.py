"""What all ways through Twilio share: the account, its answers, and what Twilio reports later."""

import base64
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import msgspec

from watchword.features.contacts.channels import Channel
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
from watchword.providers.channels.answers import look_up, outcome
from watchword.providers.channels.callbacks import (
    is_signed,
    may_be_signed,
    read_form,
    read_json,
    read_number,
    same,
)
from watchword.providers.channels.http_exchange import HttpExchange, Reply, read_reference
from watchword.providers.channels.network import check_url, is_loopback
from watchword.providers.channels.twilio_answers import ANSWERS

ACCOUNT: Final = re.compile(r"AC[0-9a-fA-F]{32}")
API_KEY: Final = re.compile(r"SK[0-9a-fA-F]{32}")
MESSAGING_SERVICE: Final = re.compile(r"MG[0-9a-fA-F]{32}")
NUMBER: Final = re.compile(r"\+[1-9][0-9]{1,14}")
CODE: Final = re.compile(r"[1-9][0-9]{3,5}")
SHORTEST_VALIDITY, LONGEST_VALIDITY = 1, 36_000  # seconds
PORTS: Final = {"https": 443, "http": 80}
FORM: Final = "application/x-www-form-urlencoded"
BODY_HASH: Final = "bodySHA256"
RECEIVED: Final = "received"
WHATSAPP: Final = "whatsapp:"

RECEIPTS: Final = {
    "delivered": Receipt.DELIVERED,
    "read": Receipt.READ,
    "undelivered": Receipt.FAILED,
    "failed": Receipt.FAILED,
    "canceled": Receipt.FAILED,
}
"""What Twilio reports of a message. All else says no more than that it is on its way."""


class TwilioAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings that every kind of provider by Twilio has."""

    account_sid: str
    auth_token: Secret | None = None
    """Signs what Twilio tells us; without an API key, it also signs us in."""
    api_key_sid: str | None = None
    api_key_secret: Secret | None = None
    base_url: str = "https://api.twilio.com"
    timeout_seconds: float = 10.0

    def __post_init__(self) -> None:
        if not ACCOUNT.fullmatch(self.account_sid):
            raise ValueError("`account_sid` is not one; copy the text that begins with AC.")
        self._check_credentials()
        check_url("base_url", self.base_url)

    def _check_credentials(self) -> None:
        if (self.api_key_sid is None) != (self.api_key_secret is None):
            raise ValueError("`api_key_sid` and `api_key_secret` are given together or not at all.")
        if self.auth_token is None and self.api_key_sid is None:
            raise ValueError(
                "Give `auth_token`, or `api_key_sid` and `api_key_secret`, or all three: "
                "only with `auth_token` can receipts be believed."
            )
        if self.api_key_sid is not None and not API_KEY.fullmatch(self.api_key_sid):
            raise ValueError("`api_key_sid` is not one; copy the text that begins with SK.")


def check_service(sid: str | None) -> None:
    """Refuse what is no messaging service."""
    if sid is not None and not MESSAGING_SERVICE.fullmatch(sid):
        raise ValueError("`messaging_service_sid` is not one; copy the text that begins with MG.")


class TwilioExchange:
    """Asks Twilio for one thing of one account."""

    def __init__(self, account: TwilioAccount, what: str) -> None:
        self._account = account
        self._exchange = HttpExchange(account.timeout_seconds)
        self._url = (
            f"{account.base_url.rstrip('/')}/2010-04-01/Accounts/{account.account_sid}/{what}.json"
        )

    async def ask(self, form: Mapping[str, str]) -> SendOutcome:
        try:
            body = urlencode(form).encode()
        except UnicodeEncodeError:
            return Refused("text")
        headers = {"Authorization": _authorization(self._account), "Content-Type": FORM}
        reply = await self._exchange.ask("POST", self._url, headers, body)
        return read_reply(reply) if isinstance(reply, Reply) else reply

    async def close(self) -> None:
        await self._exchange.close()


def _authorization(account: TwilioAccount) -> str:
    user = account.api_key_sid or account.account_sid
    secret = account.api_key_secret or account.auth_token or Secret("")
    return "Basic " + base64.b64encode(f"{user}:{secret.reveal()}".encode()).decode()


def hears(account: TwilioAccount, callbacks: str) -> bool:
    """Say whether Twilio can reach us, and whether we can tell that it is Twilio.

    An address on this machine is one only for a stand-in that is there too. The real one refuses
    a message that names such an address.
    """
    return account.auth_token is not None and (
        not _stays_here(callbacks) or _stays_here(account.base_url)
    )


def _stays_here(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")


def validity(message: Message, now: datetime) -> str:
    """Say for how many seconds a message may wait at Twilio. After that it can no longer help."""
    left = (message.not_after - now) // timedelta(seconds=1)
    return str(max(SHORTEST_VALIDITY, min(left, LONGEST_VALIDITY)))


class _Body(msgspec.Struct):
    sid: object = None
    code: object = None


def read_reply(reply: Reply) -> SendOutcome:
    """Say what a reply means for the message."""
    body = read_json(reply.body, _Body) or _Body()
    # Only a refusal explains itself. What was taken was taken, whatever else the body says.
    said = _said(body.code) if reply.status // 100 == 4 else None  # noqa: PLR2004
    answer = look_up(ANSWERS, reply.status, *([said] if said else []))
    return outcome(answer, reference=read_reference(body.sid), retry_after=reply.retry_after)


def _said(code: object) -> str | None:
    if isinstance(code, bool) or not isinstance(code, int):
        return None
    return f"Twilio {code}" if CODE.fullmatch(str(code)) else None


def read_signed(account: TwilioAccount, callback: Callback) -> Mapping[str, str] | NotBelieved:
    """Give what Twilio tells us, if it was Twilio.

    A signature covers the address and all fields. It bears no time, so it cannot be too old; but
    a message changes at most once by what is told of it.
    """
    if account.auth_token is None:
        return NotBelieved("no auth_token")
    if callback.method != "POST":
        return NotBelieved("method")
    said = callback.headers.get("x-twilio-signature", "")
    if not may_be_signed(said, digest="sha1", written="base64"):
        return NotBelieved("signature")
    if callback.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return _read_signed_document(account.auth_token, said, callback)
    fields = read_form(callback.body)
    if fields is None:
        return NotBelieved("form")
    signed = "".join(name + fields[name] for name in sorted(fields))
    is_theirs = _has_signed(account.auth_token, said, callback.url, signed)
    return fields if is_theirs else NotBelieved("signature")


def _read_signed_document(
    token: Secret, said: str, callback: Callback
) -> Mapping[str, str] | NotBelieved:
    # The address alone is signed, and in it the hash of the body.
    if not _has_signed(token, said, callback.url, ""):
        return NotBelieved("signature")
    document = _read_document(callback)
    return NotBelieved("body not signed") if document is None else document


def _has_signed(token: Secret, said: str, url: str, fields: str) -> bool:
    # With or without the port that goes without saying: Twilio itself does either.
    found = [
        is_signed(said, (spelling + fields).encode(), token, digest="sha1", written="base64")
        for spelling in spellings(url)
    ]
    return any(found)


def _read_document(callback: Callback) -> Mapping[str, str] | None:
    """Read a body of JSON, whose hash stands in the address, which is signed."""
    hashes = parse_qs(urlsplit(callback.url).query).get(BODY_HASH, [])
    if len(hashes) != 1 or not same(hashes[0].lower(), sha256(callback.body).hexdigest()):
        return None
    document = read_json(callback.body, dict[str, object])
    if document is None:
        return None
    return {name: str(value) for name, value in document.items() if isinstance(value, str | int)}


def spellings(url: str) -> tuple[str, ...]:
    """Write an address with and without the port that goes without saying."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return (url,)
    usual = PORTS.get(parts.scheme)
    if usual is None or port not in {None, usual}:
        return (url,)
    bare = parts.netloc.removesuffix(f":{usual}")
    return tuple(urlunsplit(parts._replace(netloc=place)) for place in (bare, f"{bare}:{usual}"))


def read_told(account: TwilioAccount, callback: Callback, channel: Channel) -> Heard:
    """Say what Twilio tells of messages: what became of ours, or what somebody writes to us."""
    told = read_signed(account, callback)
    if isinstance(told, NotBelieved):
        return told
    if told.get("SmsStatus") == RECEIVED:
        return _read_text(told, channel)
    receipt = RECEIPTS.get(told.get("MessageStatus", ""))
    reference = read_reference(told.get("MessageSid"))
    if receipt is None or (callback.about is None and reference is None):
        return Reported()
    reason = reason_of(told, told["MessageStatus"]) if receipt is Receipt.FAILED else None
    return Reported(
        (Report(receipt=receipt, message_id=callback.about, reference=reference, reason=reason),)
    )


def _read_text(told: Mapping[str, str], channel: Channel) -> Heard:
    sender = read_number(told.get("From", "").removeprefix(WHATSAPP))
    reference = read_reference(told.get("MessageSid"))
    if sender is None or reference is None:
        return Reported()
    text = Incoming(
        channel=channel,
        sender=sender,
        text=Secret(told.get("Body", "")),
        reference=reference,
        # Where Twilio looks after opt-outs, it has answered by now, and says so.
        is_answered="OptOutType" in told,
    )
    return Written((text,))


def reason_of(told: Mapping[str, str], otherwise: str) -> str:
    """Name Twilio's number for what went wrong, or else a word of ours."""
    code = told.get("ErrorCode", "")
    return f"Twilio {code}" if CODE.fullmatch(code) else otherwise
