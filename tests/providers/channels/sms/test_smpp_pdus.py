"""What we say in octets, read by a library that is not ours; and what others may say to us."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from smpp.pdu.pdu_encoding import PDUEncoder  # type: ignore[import-untyped]

from watchword.providers.channels.sms.smpp_pdus import (
    HEAD,
    LONGEST_PDU,
    RESPONSE,
    BadPdu,
    Command,
    Party,
    Pdu,
    ShortMessage,
    Tag,
    read_length,
    read_message_id,
    read_pdu,
    read_short_message,
    write_bind,
    write_message_id,
)

words = some.text(some.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=5)
octet = some.integers(0, 255)
parties = some.builds(
    Party,
    some.sampled_from([0, 1, 2, 3, 4, 5, 6]),
    some.sampled_from([0, 1, 3, 4, 6, 8, 9, 10]),
    some.text("0123456789", max_size=15),
)
messages = some.builds(
    ShortMessage,
    service_type=words,
    source=parties,
    destination=parties,
    esm_class=some.sampled_from([0, 0x40]),
    validity_period=some.sampled_from(["", "000000000500000R", "260301120500000+"]),
    registered_delivery=some.sampled_from([0, 1]),
    data_coding=some.sampled_from([0, 3, 8]),
    octets=some.binary(max_size=254),
    more=some.dictionaries(
        some.just(Tag.MESSAGE_PAYLOAD), some.binary(min_size=1, max_size=999), max_size=1
    ),
)


def read_elsewhere(pdu: Pdu) -> Any:  # noqa: ANN401 - the library has no types
    return PDUEncoder().decode(io.BytesIO(pdu.to_wire()))


@given(messages)
def test_another_library_reads_in_our_submits_what_we_meant(message: ShortMessage) -> None:
    told = read_elsewhere(Pdu(command=Command.SUBMIT_SM, sequence=7, body=message.to_wire())).params

    assert told["service_type"].decode() == message.service_type
    assert told["source_addr"].decode() == message.source.number
    assert told["destination_addr"].decode() == message.destination.number
    assert (told["short_message"] or b"") == message.octets
    assert told.get("message_payload") == message.more.get(Tag.MESSAGE_PAYLOAD)
    assert told["registered_delivery"].receipt.name.startswith(
        "SMSC_DELIVERY_RECEIPT_REQUESTED" if message.registered_delivery else "NO_"
    )
    assert bool(told["esm_class"].gsmFeatures) == bool(message.esm_class)
    coding = {0: "SMSC_DEFAULT_ALPHABET", 3: "LATIN_1", 8: "UCS2"}[message.data_coding]
    assert told["data_coding"].schemeData.name == coding
    assert (told["validity_period"] is None) == (not message.validity_period)


@pytest.mark.parametrize(
    ("ton", "npi", "names"),
    [(1, 1, ("INTERNATIONAL", "ISDN")), (5, 0, ("ALPHANUMERIC", "UNKNOWN"))],
)
def test_another_library_reads_the_types_of_our_numbers(
    ton: int, npi: int, names: tuple[str, str]
) -> None:
    body = ShortMessage(source=Party(ton, npi, "1"), destination=Party(0, 0, "2")).to_wire()

    told = read_elsewhere(Pdu(command=Command.SUBMIT_SM, sequence=7, body=body)).params

    assert (told["source_addr_ton"].name, told["source_addr_npi"].name) == names
    assert (told["dest_addr_ton"].name, told["dest_addr_npi"].name) == ("UNKNOWN", "UNKNOWN")


def test_another_library_reads_our_bind() -> None:
    body = write_bind("bank", "pa55word", "otp")

    told = read_elsewhere(Pdu(command=Command.BIND_TRANSCEIVER, sequence=1, body=body))

    assert told.id.name == "bind_transceiver"
    assert told.params["system_id"] == b"bank"
    assert told.params["password"] == b"pa55word"
    assert told.params["system_type"] == b"otp"
    assert told.params["interface_version"] == 0x34


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (Command.UNBIND, "unbind"),
        (Command.UNBIND | RESPONSE, "unbind_resp"),
        (Command.ENQUIRE_LINK, "enquire_link"),
        (Command.ENQUIRE_LINK | RESPONSE, "enquire_link_resp"),
        (Command.GENERIC_NACK, "generic_nack"),
        (Command.DELIVER_SM | RESPONSE, "deliver_sm_resp"),
    ],
)
def test_another_library_reads_what_has_no_body(command: int, name: str) -> None:
    body = write_message_id("") if name == "deliver_sm_resp" else b""

    told = read_elsewhere(Pdu(command=command, status=0x03, sequence=9, body=body))

    assert (told.id.name, told.seqNum, told.status.name) == (name, 9, "ESME_RINVCMDID")


@given(messages)
def test_a_message_is_read_as_it_was_written(message: ShortMessage) -> None:
    assert read_short_message(message.to_wire()) == message


@given(some.binary(max_size=300))
def test_no_body_is_beyond_reading_or_refusing(body: bytes) -> None:
    try:
        read = read_short_message(body)
    except BadPdu:
        return
    assert read.octets in body


@given(messages, some.data())
def test_a_body_that_ends_too_soon_is_refused(message: ShortMessage, data: some.DataObject) -> None:
    whole = message.to_wire()
    short = whole[: data.draw(some.integers(0, len(whole) - 1))]

    try:
        read = read_short_message(short)
    except BadPdu:
        return
    assert read.octets == message.octets  # only what may follow can be missing
    assert read.more == {}


@pytest.mark.parametrize("junk", [b"\0", b"\x04\x24", b"\x04\x24\0", b"\x04\x24\xff\xffabc"])
def test_what_stands_behind_the_last_whole_part_is_let_be(junk: bytes) -> None:
    message = ShortMessage(octets=b"id:1", more={Tag.MESSAGE_STATE: b"\2", 0x1500: b"x"})

    assert read_short_message(message.to_wire() + junk) == message


def test_numbers_that_the_specification_does_not_know_are_read() -> None:
    message = ShortMessage(source=Party(9, 77, "\xe4"), data_coding=0xF5, esm_class=0xFF)
    body = b"\0\x09\x4d\xe4\0\0\0\0\xff\0\0\0\0\0\0\xf5\0\0"

    assert read_short_message(body) == message


@given(some.binary(min_size=16, max_size=16))
def test_a_length_that_cannot_be_is_refused(head: bytes) -> None:
    try:
        length = read_length(head)
    except BadPdu:
        return
    assert 0 <= length <= LONGEST_PDU - HEAD.size


@pytest.mark.parametrize("length", [0, 15, LONGEST_PDU + 1, 2**32 - 1])
def test_a_length_beyond_all_bounds_is_refused(length: int) -> None:
    with pytest.raises(BadPdu):
        read_length(HEAD.pack(length, 4, 0, 1))


def test_a_head_is_read_as_it_was_written() -> None:
    pdu = Pdu(command=0x80000004, status=0x58, sequence=2**31 - 1, body=b"abc")
    wire = pdu.to_wire()

    assert read_length(wire[:16]) == 3
    assert read_pdu(wire[:16], wire[16:]) == pdu
    assert pdu.is_answer


@pytest.mark.parametrize(
    ("body", "message_id"),
    [
        (b"a1b2\0", "a1b2"),
        (b"a1b2", "a1b2"),
        (b" 42 \0more", "42"),
        (b"", None),
        (b"\0", None),
        (b"\0a", None),
        (b"x" * 64 + b"\0", "x" * 64),
        (b"x" * 65 + b"\0", None),
        (b"\xff\0", None),
        (b"a\nb\0", None),
        (b"sent to you\0", None),
    ],
)
def test_the_name_of_a_message_is_read_if_it_can_be_one(
    body: bytes, message_id: str | None
) -> None:
    assert read_message_id(body) == message_id


def test_nothing_shows_what_it_carries() -> None:
    message = ShortMessage(
        destination=Party(1, 1, "447700900123"),
        octets=b"482913",
        more={Tag.MESSAGE_PAYLOAD: b"482913"},
    )
    pdu = Pdu(command=4, sequence=1, body=message.to_wire())

    assert "482913" not in f"{message} {pdu}"
    assert "447700900123" not in f"{message} {pdu}"
