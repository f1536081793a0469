"""What Meta tells us: first whether the address is ours, and later what became of messages."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import msgspec

from watchword.features.delivery.receipts import (
    Callback,
    Echo,
    Heard,
    NotBelieved,
    Report,
    Reported,
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


class _Value(msgspec.Struct):
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
    return Reported(tuple(_reports(told, now)))


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
