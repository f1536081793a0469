"""What a gateway tells us, read as the operator described it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, assert_never
from urllib.parse import urlsplit

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
from watchword.features.delivery.rules import Receipt
from watchword.foundation.secret import Secret
from watchword.providers.channels.callbacks import (
    LARGEST,
    is_signed,
    may_be_signed,
    read_form,
    read_message_id,
    read_number,
    same,
)
from watchword.providers.channels.documents import as_text, find, read_any
from watchword.providers.channels.http_exchange import read_reference
from watchword.providers.channels.http_gateway_settings import (
    HttpCalls,
    HttpGatewaySettings,
    HttpIncoming,
    HttpReceipts,
)

FAILED: Final = "gateway reported failure"


def read_call(settings: HttpGatewaySettings, callback: Callback) -> Heard:
    """Say what a request means: both kinds come to one address, and each has proof of its own."""
    receipts, incoming = settings.receipts, settings.incoming
    heard: Heard = NotBelieved("no receipts described")
    if incoming is not None:
        heard = read_text(incoming, _channel(settings), callback)
    if receipts is None or isinstance(heard, Written):
        return heard
    reported = read_callback(receipts, callback)
    return heard if isinstance(reported, NotBelieved) else reported


def _channel(settings: HttpGatewaySettings) -> Channel:
    return Channel.WHATSAPP if settings.channels == {Channel.WHATSAPP} else Channel.SMS


def read_text(settings: HttpIncoming, channel: Channel, callback: Callback) -> Heard:
    """Say what somebody has written, if it comes from whoever knows the secret."""
    if fault := _find_fault(settings, callback):
        return fault
    document = _read(settings, callback)
    number, said = (
        _find(settings, document, path) for path in (settings.sender_path, settings.text_path)
    )
    # Some write numbers as numbers.
    sender = read_number(str(number) if type(number) is int else number)
    if sender is None or not isinstance(said, str):
        return Reported()
    text = Incoming(channel=channel, sender=sender, text=Secret(said))
    if settings.id_path is None:
        return Written((text,))
    reference = read_reference(_find(settings, document, settings.id_path))
    return Reported() if reference is None else Written((replace(text, reference=reference),))


def read_callback(settings: HttpReceipts, callback: Callback) -> Heard:
    """Say what a report means, if it comes from whoever knows the secret."""
    if fault := _find_fault(settings, callback):
        return fault
    document = _read(settings, callback)
    status = _find(settings, document, settings.status_path)
    receipt = _receipt(settings, status)
    message_id = read_message_id(_find(settings, document, settings.id_path))
    reference = read_reference(_find(settings, document, settings.reference_path))
    if receipt is None or (message_id is None and reference is None):
        return Reported()
    reason = FAILED if receipt is Receipt.FAILED else None
    report = Report(receipt=receipt, message_id=message_id, reference=reference, reason=reason)
    return Reported((report,))


def _find_fault(settings: HttpCalls, callback: Callback) -> NotBelieved | None:
    if len(callback.body) > LARGEST:
        return NotBelieved("too big")
    if not _is_theirs(settings, callback):
        return NotBelieved("secret" if settings.header else "signature")
    return None


def _is_theirs(settings: HttpCalls, callback: Callback) -> bool:
    if settings.header is not None:
        return same(callback.headers.get(settings.header.lower(), ""), settings.secret.reveal())
    said = callback.headers.get((settings.signature_header or "").lower(), "")
    if not said.startswith(settings.signature_prefix):
        return False
    said = said.removeprefix(settings.signature_prefix)
    if not may_be_signed(said, written=settings.signature_format):
        return False
    return is_signed(said, callback.body, settings.secret, written=settings.signature_format)


def _read(settings: HttpCalls, callback: Callback) -> object:
    match settings.format:
        case "json":
            return read_any(callback.body)
        case "form":
            return read_form(callback.body)
        case "query":
            return read_form(urlsplit(callback.url).query.encode())
        case _:
            assert_never(settings.format)


def _find(settings: HttpCalls, document: object, path: str | None) -> object:
    if path is None:
        return None
    if settings.format == "json":
        return find(document, path)
    # A form is flat, and a dot in the name of a field leads nowhere.
    return document.get(path) if isinstance(document, Mapping) else None


def _receipt(settings: HttpReceipts, status: object) -> Receipt | None:
    if status is None or isinstance(status, dict | list):
        return None
    said = as_text(status)
    for receipt, values in (
        (Receipt.READ, settings.read),
        (Receipt.DELIVERED, settings.delivered),
        (Receipt.FAILED, settings.failed),
    ):
        if said in map(as_text, values):
            return receipt
    return None
