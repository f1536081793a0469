"""What is said over SMPP 3.4, in octets: a head that all have, and the bodies that we need.

What comes from outside is read with a loose hand where that does no harm: numbers that the
specification does not know are kept, and what stands behind the last whole part is let be.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from struct import Struct
from typing import Final

HEAD: Final = Struct(">IIII")
TLV_HEAD: Final = Struct(">HH")
LONGEST_PDU: Final = 0x11000  # octets; a text of 64 KiB, and what stands before it
RESPONSE: Final = 0x80000000
LAST_SEQUENCE: Final = 0x7FFFFFFF
VERSION: Final = 0x34
MESSAGE_ID: Final = re.compile(r"[!-~]{1,64}")


class Command(IntEnum):
    GENERIC_NACK = 0x80000000
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15


class Tag(IntEnum):
    RECEIPTED_MESSAGE_ID = 0x001E
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


class BadPdu(Exception):
    """These octets are not what they say they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdu:
    """One thing said. `status` has a meaning in answers only."""

    command: int
    status: int = 0
    sequence: int
    body: bytes = field(default=b"", repr=False)

    @property
    def is_answer(self) -> bool:
        return bool(self.command & RESPONSE)

    def to_wire(self) -> bytes:
        length = HEAD.size + len(self.body)
        return HEAD.pack(length, self.command, self.status, self.sequence) + self.body


def read_length(head: bytes) -> int:
    """Say how many octets follow a head."""
    length: int = HEAD.unpack(head)[0]
    if not HEAD.size <= length <= LONGEST_PDU:
        raise BadPdu
    return length - HEAD.size


def read_pdu(head: bytes, body: bytes) -> Pdu:
    _, command, status, sequence = HEAD.unpack(head)
    return Pdu(command=command, status=status, sequence=sequence, body=body)


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a message is from or for: type of number, numbering plan, and the number."""

    ton: int = 0
    npi: int = 0
    number: str = field(default="", repr=False)

    def to_wire(self) -> bytes:
        return bytes((self.ton, self.npi)) + _text(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortMessage:
    """The body of `submit_sm` and of `deliver_sm`, which are built alike."""

    service_type: str = ""
    source: Party = Party()
    destination: Party = Party()
    esm_class: int = 0
    validity_period: str = ""
    registered_delivery: int = 0
    data_coding: int = 0
    octets: bytes = field(default=b"", repr=False)
    more: Mapping[int, bytes] = field(default_factory=dict, repr=False)
    """What may follow, by its tag."""

    @property
    def payload(self) -> bytes:
        """Give the words, wherever they stand."""
        return self.octets or self.more.get(Tag.MESSAGE_PAYLOAD, b"")

    def to_wire(self) -> bytes:
        return b"".join(
            (
                _text(self.service_type),
                self.source.to_wire(),
                self.destination.to_wire(),
                bytes((self.esm_class, 0, 0)),  # and: protocol 0, priority 0
                _text(""),  # at once
                _text(self.validity_period),
                bytes((self.registered_delivery, 0, self.data_coding, 0, len(self.octets))),
                self.octets,
                *(TLV_HEAD.pack(tag, len(value)) + value for tag, value in self.more.items()),
            )
        )


def read_short_message(body: bytes) -> ShortMessage:
    rest = _Rest(body)
    service_type = rest.text()
    source = Party(rest.octet(), rest.octet(), rest.text())
    destination = Party(rest.octet(), rest.octet(), rest.text())
    esm_class, _protocol, _priority = rest.octets(3)
    _schedule, validity_period = rest.text(), rest.text()
    registered_delivery, _replace, data_coding, _default, length = rest.octets(5)
    return ShortMessage(
        service_type=service_type,
        source=source,
        destination=destination,
        esm_class=esm_class,
        validity_period=validity_period,
        registered_delivery=registered_delivery,
        data_coding=data_coding,
        octets=rest.octets(length),
        more=rest.more(),
    )


def write_bind(system_id: str, password: str, system_type: str) -> bytes:
    names = _text(system_id) + _text(password) + _text(system_type)
    return names + bytes((VERSION, 0, 0)) + _text("")  # whatever is meant for this account


def write_message_id(message_id: str) -> bytes:
    return _text(message_id)


def read_message_id(body: bytes) -> str | None:
    """Read the name that a message was given; nothing, if it has none that can be used."""
    text = body.partition(b"\0")[0].decode("latin-1").strip()
    return text if MESSAGE_ID.fullmatch(text) else None


def _text(text: str) -> bytes:
    return text.encode("ascii") + b"\0"


class _Rest:
    """What has not been read yet of a body."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def text(self) -> str:
        end = self._body.find(b"\0", self._at)
        if end < 0:
            raise BadPdu
        text = self._body[self._at : end].decode("latin-1")
        self._at = end + 1
        return text

    def octets(self, count: int) -> bytes:
        octets = self._body[self._at : self._at + count]
        if len(octets) < count:
            raise BadPdu
        self._at += count
        return octets

    def octet(self) -> int:
        return self.octets(1)[0]

    def more(self) -> Mapping[int, bytes]:
        found: dict[int, bytes] = {}
        while len(self._body) - self._at >= TLV_HEAD.size:
            tag, length = TLV_HEAD.unpack(self.octets(TLV_HEAD.size))
            if length > len(self._body) - self._at:
                break
            found[tag] = self.octets(length)
        return found
