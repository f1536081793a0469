"""What Meta tells us: first whether the address is ours, and later what became of messages."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import msgspec

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.receipts import (
    Callback,
    Echo,
    Heard,
    Incoming,
    NotBelieved,
    Report,
    Reported,
    Written,
)
from watchword.features.delivery.rules import Receipt
from watchword.foundation.secret import Secret
from watchword.providers.channels.callbacks import (
    is_fresh,
    is_signed,
    may_be_signed,
    read_form,
    read_json,
    read_message_id,
    read_number,
    same,
)
from watchword.providers.channels.http_exchange import read_reference
from watchword.providers.channels.whatsapp.meta_account import name_of

CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{1,200}")
SECONDS: Final = re.compile(r"[0-9]{1,11}")
SIGNED: Final = "sha256="
LONGEST_TRIED: Final = timedelta(days=7)
"""For so long Meta goes on telling what we were not there to hear."""

RECEIPTS: Final = {
    "delivered": Receipt.DELIVERED,
    "read": Receipt.READ,
    "failed": Receipt.FAILED,
}
"""`sent` says no more than that it is on its way."""


def read_handshake(verify_token: Secret, callback: Callback) -> Heard:
    """Say what is to be echoed, so that Meta knows that the address is ours."""
    asked = read_form(urlsplit(callback.url).query.encode("ascii", "replace")) or {}
    if not same(asked.get("hub.verify_token", ""), verify_token.reveal()):
        return NotBelieved("verify_token")
    challenge = asked.get("hub.challenge", "")
    if asked.get("hub.mode") != "subscribe" or not CHALLENGE.fullmatch(challenge):
        return NotBelieved("handshake")
    return Echo(challenge)


class _Error(msgspec.Struct):
    code: object = None


class _Status(msgspec.Struct):
    status: object = None
    id: object = None
    timestamp: object = None
    biz_opaque_callback_data: object = None
    errors: list[_Error] | None = None


class _Body(msgspec.Struct):
    body: object = None
    text: object = None
    """What stands on a button that somebody pressed."""


class _Message(msgspec.Struct, rename={"sender": "from"}):
    sender: object = None
    id: object = None
    timestamp: object = None
    text: _Body | None = None
    button: _Body | None = None


class _Value(msgspec.Struct):
    messages: list[_Message] = msgspec.field(default_factory=list)
    statuses: list[_Status] = msgspec.field(default_factory=list)


class _Change(msgspec.Struct):
    value: _Value = msgspec.field(default_factory=_Value)


class _Entry(msgspec.Struct):
    changes: list[_Change] = msgspec.field(default_factory=list)


class _Told(msgspec.Struct):
    entry: list[_Entry] = msgspec.field(default_factory=list)


def read_reports(app_secret: Secret, callback: Callback, now: datetime) -> Heard:
    """Say what a request means, if Meta signed it. One may speak of many messages."""
    said = callback.headers.get("x-hub-signature-256", "")
    if callback.method != "POST":
        return NotBelieved("method")
    signature = said.removeprefix(SIGNED)
    if not said.startswith(SIGNED) or not may_be_signed(signature):
        return NotBelieved("signature")
    if not is_signed(signature, callback.body, app_secret):
        return NotBelieved("signature")
    # It is Meta. What we do not understand is news of something else, and not to be told again.
    told = read_json(callback.body, _Told) or _Told()
    texts, reports = tuple(_texts(told, now)), tuple(_reports(told, now))
    return Written(texts, reports) if texts else Reported(reports)


def _texts(told: _Told, now: datetime) -> Iterator[Incoming]:
    for entry in told.entry:
        for change in entry.changes:
            for message in change.value.messages:
                if text := _text(message, now):
                    yield text


def _text(message: _Message, now: datetime) -> Incoming | None:
    sender, reference = read_number(message.sender), read_reference(message.id)
    said = message.text.body if message.text else message.button.text if message.button else None
    if sender is None or reference is None or not isinstance(said, str):
        return None
    if not _is_recent(message.timestamp, now):
        return None
    return Incoming(channel=Channel.WHATSAPP, sender=sender, text=Secret(said), reference=reference)


def _reports(told: _Told, now: datetime) -> Iterator[Report]:
    for entry in told.entry:
        for change in entry.changes:
            for status in change.value.statuses:
                if report := _report(status, now):
                    yield report


def _report(status: _Status, now: datetime) -> Report | None:
    receipt = RECEIPTS.get(status.status) if isinstance(status.status, str) else None
    message_id, reference = (
        read_message_id(status.biz_opaque_callback_data),
        read_reference(status.id),
    )
    if receipt is None or not _is_recent(status.timestamp, now):
        return None
    if message_id is None and reference is None:
        return None
    reason = None
    if receipt is Receipt.FAILED:
        reason = (name_of(status.errors[0].code) if status.errors else None) or "failed"
    return Report(receipt=receipt, message_id=message_id, reference=reference, reason=reason)


def _is_recent(said: object, now: datetime) -> bool:
    return (
        isinstance(said, str)
        and SECONDS.fullmatch(said) is not None
        and is_fresh(int(said), now, LONGEST_TRIED)
    )
