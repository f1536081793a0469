"""What receipts say, in all the ways in which they are written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.stand_ins.smsc import receipt
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import Receipt
from watchword.providers.channels.sms.smpp_pdus import ShortMessage, Tag
from watchword.providers.channels.sms.smpp_receipts import (
    Parted,
    PartedTexts,
    canonical,
    read_receipt,
)
from watchword.providers.channels.sms.smpp_settings import ReceiptId

ARRIVED = Report(receipt=Receipt.DELIVERED, reference="a1")


def failed(word: str, reference: str = "a1") -> Report:
    return Report(receipt=Receipt.FAILED, reference=reference, reason=f"SMPP {word}")


@pytest.mark.parametrize(
    ("state", "report"),
    [
        ("DELIVRD", ARRIVED),
        ("delivrd", ARRIVED),
        ("UNDELIV", failed("UNDELIV")),
        ("EXPIRED", failed("EXPIRED")),
        ("DELETED", failed("DELETED")),
        ("REJECTD", failed("REJECTD")),
        ("ENROUTE", None),
        ("ACCEPTD", None),
        ("UNKNOWN", None),
        ("WHATEVER", None),
        ("", None),
    ],
)
def test_a_receipt_means(state: str, report: Report | None) -> None:
    assert read_receipt(receipt("a1", state), "as_is") == report


@pytest.mark.parametrize(
    ("number", "report"),
    [
        (1, None),
        (2, ARRIVED),
        (3, failed("EXPIRED")),
        (4, failed("DELETED")),
        (5, failed("UNDELIV")),
        (6, None),
        (7, None),
        (8, failed("REJECTD")),
        (200, None),
    ],
)
@pytest.mark.parametrize("esm_class", [0x00, 0x04])
def test_a_receipt_in_fields_means(number: int, report: Report | None, esm_class: int) -> None:
    fields: dict[int, bytes] = {
        Tag.RECEIPTED_MESSAGE_ID: b"a1\0",
        Tag.MESSAGE_STATE: bytes((number,)),
    }
    message = ShortMessage(esm_class=esm_class, more=fields)

    assert read_receipt(message, "as_is") == report


@pytest.mark.parametrize(
    "message",
    [
        receipt("text", "DELIVRD", receipted_message_id=b"a1\0"),
        receipt("text", "UNDELIV", receipted_message_id=b"a1\0", message_state=b"\x02"),
        receipt("a1", "DELIVRD", message_state=b""),
        receipt("a1", "DELIVRD", receipted_message_id=b"\0"),
        ShortMessage(esm_class=0x04, more={Tag.MESSAGE_PAYLOAD: b"id:a1 stat:DELIVRD"}),
        ShortMessage(esm_class=0x44, octets=b"Id:a1 Stat:DELIVRD"),
        ShortMessage(esm_class=0x04, octets=b"\xff\0id:a1 err:000 stat:DELIVRD text:stat:UNDELIV"),
    ],
)
def test_what_a_field_says_goes_before_what_the_text_says(message: ShortMessage) -> None:
    assert read_receipt(message, "as_is") == ARRIVED


LOOKS_LIKE_ONE = b"id:a1 stat:DELIVRD"


@pytest.mark.parametrize(
    "message",
    [
        ShortMessage(octets=LOOKS_LIKE_ONE),
        ShortMessage(octets=LOOKS_LIKE_ONE, more={Tag.RECEIPTED_MESSAGE_ID: b"a1\0"}),
        ShortMessage(esm_class=0x08, octets=LOOKS_LIKE_ONE),
        ShortMessage(esm_class=0x10, octets=LOOKS_LIKE_ONE),
        ShortMessage(esm_class=0x20, octets=LOOKS_LIKE_ONE),
        ShortMessage(esm_class=0x04),
        ShortMessage(esm_class=0x04, octets=b"stat:DELIVRD"),
        ShortMessage(esm_class=0x04, octets=b"id:a1"),
        ShortMessage(esm_class=0x04, octets=b"err:0 text:id:a1 stat:DELIVRD"),
    ],
)
def test_what_is_no_receipt_reports_nothing(message: ShortMessage) -> None:
    assert read_receipt(message, "as_is") is None


@given(some.binary(max_size=200), some.integers(0, 255), some.binary(max_size=9))
def test_no_receipt_is_beyond_understanding(octets: bytes, esm_class: int, field: bytes) -> None:
    more: dict[int, bytes] = {Tag.RECEIPTED_MESSAGE_ID: field, Tag.MESSAGE_STATE: field}
    for receipt_id in ("as_is", "hex_to_decimal", "decimal_to_hex"):
        kind: Any = receipt_id
        report = read_receipt(ShortMessage(esm_class=esm_class, octets=octets, more=more), kind)
        assert report is None or report.reference


@pytest.mark.parametrize(
    ("receipt_id", "given_as", "told_as"),
    [
        ("as_is", "0A1b", "0A1b"),
        ("hex_to_decimal", "2587", "A1B"),
        ("hex_to_decimal", "0000002587", "00000a1b"),
        ("hex_to_decimal", "not-a-number", "not-a-number"),
        ("decimal_to_hex", "A1B", "2587"),
        ("decimal_to_hex", "00000a1b", "0002587"),
        ("decimal_to_hex", "not-a-number", "not-a-number"),
    ],
)
def test_a_message_is_found_whichever_way_its_id_is_written(
    receipt_id: ReceiptId, given_as: str, told_as: str
) -> None:
    by_text = read_receipt(receipt(told_as), receipt_id)
    field = given_as.encode() + b"\0"
    by_field = read_receipt(receipt(told_as, receipted_message_id=field), receipt_id)

    assert by_text is not None
    assert by_field is not None
    assert by_text.reference == by_field.reference == canonical(given_as, receipt_id)


@given(some.integers(0, 2**63))
def test_any_number_is_found_whichever_way_it_is_written(number: int) -> None:
    for receipt_id, given_as, told_as in (
        ("hex_to_decimal", f"{number}", f"{number:08X}"),
        ("decimal_to_hex", f"{number:08X}", f"{number:010}"),
    ):
        kind: Any = receipt_id
        report = read_receipt(receipt(told_as), kind)
        assert report is not None
        assert report.reference == canonical(given_as, kind)


def arrived(part: str) -> Report:
    return Report(receipt=Receipt.DELIVERED, reference=part)


def begin(texts: PartedTexts, *parts: str) -> Parted:
    parted = Parted()
    for part in parts:
        texts.add(parted, part)
    return parted


def test_a_text_has_arrived_with_the_last_of_its_parts() -> None:
    texts = PartedTexts()
    texts.complete(begin(texts, "1", "2", "3"), "3")

    said = [texts.join(arrived(part)) for part in ("3", "1", "1", "2")]

    assert said == [None, None, None, arrived("3")]


def test_a_text_has_failed_with_the_first_of_its_parts() -> None:
    texts = PartedTexts()
    texts.complete(begin(texts, "1", "2"), "2")

    assert texts.join(arrived("2")) is None
    assert texts.join(failed("EXPIRED", "1")) == failed("EXPIRED", "2")


def test_receipts_that_come_before_all_parts_were_taken_are_told_then() -> None:
    texts = PartedTexts()
    quick, lost = begin(texts, "1", "2"), begin(texts, "3", "4")

    assert texts.join(arrived("1")) is None
    assert texts.join(arrived("2")) is None
    assert texts.join(failed("UNDELIV", "3")) is None

    assert texts.complete(quick, "2") == arrived("2")
    assert texts.complete(lost, "4") == failed("UNDELIV", "4")


def test_a_receipt_of_a_text_in_one_part_is_taken_as_it_is() -> None:
    texts = PartedTexts()

    assert texts.join(arrived("1")) == arrived("1")


def test_no_more_parts_are_remembered_than_there_is_room_for() -> None:
    texts = PartedTexts(most=2)
    texts.complete(begin(texts, "1", "2"), "2")
    texts.complete(begin(texts, "3", "4"), "4")

    # What is forgotten is taken as it comes: then the last part stands for all.
    assert texts.join(arrived("2")) == arrived("2")
    assert texts.join(arrived("4")) is None


@given(some.permutations([*"12345"]), some.integers(0, 5))
def test_in_any_order_a_text_arrives_once(order: list[str], before: int) -> None:
    texts = PartedTexts()
    parted = begin(texts, *"12345")

    said = [texts.join(arrived(part)) for part in order[:before]]
    said.append(texts.complete(parted, "5"))
    said += [texts.join(arrived(part)) for part in order[before:]]

    assert [report for report in said if report] == [arrived("5")]
