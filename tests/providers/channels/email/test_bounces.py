"""What comes back is read as a report only if it is one, and of a mail of ours."""

import base64
from dataclasses import replace
from email import message_from_bytes
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.email.bounce_mails import (
    BACK,
    BY_ENVELOPE_ID,
    COMPLAINT,
    EXCHANGE,
    EXIM,
    GLOBAL,
    GMAIL,
    HOLIDAY,
    ID,
    LATE,
    MARK,
    NOBODY,
    PATHS,
    PLAIN_EXIM,
    POSTFIX,
    READ,
    RECIPIENT,
    Bounce,
    crlf,
)
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import MessageId, ProviderName, Receipt
from watchword.foundation.secret import Secret
from watchword.providers.channels.email.bounces import (
    LONGEST_BOUNCE,
    MOST_LINES,
    MOST_PARTS,
    read_bounce,
)
from watchword.providers.channels.email.return_paths import ReturnPaths, read_return_path

SAMPLES = [*map(bytes, (POSTFIX, EXCHANGE, EXIM, LATE, BY_ENVELOPE_ID, GLOBAL))]
SAMPLES += [GMAIL, PLAIN_EXIM, HOLIDAY, COMPLAINT, READ]


def failed(reason: str) -> Report:
    return Report(message_id=ID, receipt=Receipt.FAILED, reason=reason)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bytes(Bounce()), "DSN 5.1.1"),
        (bytes(POSTFIX), "DSN 5.1.1"),
        (bytes(EXCHANGE), "DSN 5.1.10"),
        (bytes(EXIM), "DSN 5.0.0"),
        (GMAIL, "DSN 5.1.1"),
        (bytes(LATE), "DSN 4.4.7"),
        (bytes(BY_ENVELOPE_ID), "DSN 5.1.1"),
        (bytes(GLOBAL), "DSN 5.6.7"),
        (PLAIN_EXIM, "bounced"),
    ],
    ids=["rfc", "postfix", "exchange", "exim", "gmail", "late", "envelope", "global", "plain"],
)
def test_a_mail_that_came_back_has_failed(content: bytes, reason: str) -> None:
    assert read_bounce(content, PATHS) == failed(reason)
    assert read_bounce(content.replace(b"\r\n", b"\n"), PATHS) == failed(reason)


@pytest.mark.parametrize(
    ("fields", "report"),
    [
        ("Action: failed\nStatus: 5.2.2\n", failed("DSN 5.2.2")),
        ("action:FAILED (no such box)\nstatus: 5.1.1 (gone)\n", failed("DSN 5.1.1")),
        ("Action: failed\n", failed("DSN failed")),
        ("Action: failed\nStatus: 5.1.1.1\n", failed("DSN failed")),
        ("Action: failed\nStatus: 5.1234.1\n", failed("DSN failed")),
        ("Action: failed\nStatus: 550 no Jo.Doe@example.org\n", failed("DSN failed")),
        ("Status: 5.1.1\n", failed("DSN 5.1.1")),
        ("Status: 4.4.1\n", None),
        ("Action: delayed\nStatus: 4.4.1\n", None),
        ("Action: delayed\nStatus: 5.4.1\n", None),
        ("Action: relayed\nStatus: 2.0.0\n", None),
        ("Action: expanded\nStatus: 2.0.0\n", None),
        ("Action: eaten\nStatus: 5.0.0\n", None),
        ("Action: delivered\nStatus: 2.0.0\n", Report(message_id=ID, receipt=Receipt.DELIVERED)),
        ("", None),
    ],
)
def test_the_action_says_what_became_of_it(fields: str, report: Report | None) -> None:
    assert read_bounce(bytes(Bounce(fields=fields)), PATHS) == report


def test_whoever_has_it_among_many_has_it() -> None:
    more = f"Final-Recipient: rfc822; {RECIPIENT}\nAction: delivered\nStatus: 2.0.0\n"

    report = read_bounce(bytes(Bounce(more=more)), PATHS)

    assert report == Report(message_id=ID, receipt=Receipt.DELIVERED)


@pytest.mark.parametrize(
    "content",
    [
        HOLIDAY,
        COMPLAINT,
        READ,
        bytes(Bounce(kind="report-type=feedback-report")),
        bytes(Bounce(kind="report-type=disposition-notification")),
        bytes(Bounce(kind="report-type*=utf-8''feedback-report")),
        b"",
        crlf(f"To: {BACK}\n\nHello?\n"),
        crlf(f"From: {BACK}\nX-Failed-Recipients: {RECIPIENT}\n\nGone.\n"),
        bytes(Bounce(report="text/plain")),
        GMAIL.replace(b"multipart/report", b"multipart/mixed").replace(b"X-Failed", b"X-Not"),
    ],
    ids=[
        *("holiday", "complaint", "read", "mixed complaint", "mixed reading", "encoded kind"),
        *("empty", "answer", "unmarked", "text", "mixed"),
    ],
)
def test_what_is_no_bounce_changes_nothing(content: bytes) -> None:
    assert read_bounce(content, PATHS) is None


def forged(mark: str) -> bytes:
    return bytes(Bounce(to=f"bounces+{mark}@mail.bank.example", envelope_id=mark))


@given(some.binary(min_size=9, max_size=9))
def test_nobody_can_guess_the_mark_of_a_message(mac: bytes) -> None:
    mark = base64.b32encode(ID.bytes + mac).decode().lower()

    assert (read_bounce(forged(mark), PATHS) is not None) == (mark == MARK)


@given(some.integers(0, len(MARK) - 1), some.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_mark_in_which_one_letter_is_another_is_not_ours(at: int, letter: str) -> None:
    mark = MARK[:at] + letter + MARK[at + 1 :]

    assert (read_bounce(forged(mark), PATHS) is not None) == (mark == MARK)


@pytest.mark.parametrize(
    "others",
    [
        replace(PATHS, secret=Secret("another secret of that length...")),
        replace(PATHS, provider=ProviderName("reserve")),
    ],
    ids=["secret", "provider"],
)
def test_a_mark_is_good_for_one_provider_and_one_secret(others: ReturnPaths) -> None:
    assert read_bounce(bytes(POSTFIX), others) is None
    assert read_bounce(forged(others.mark(ID)), PATHS) is None


def test_a_mark_elsewhere_in_the_mail_is_none() -> None:
    assert read_bounce(bytes(Bounce(to=NOBODY)), PATHS) is None


def test_a_true_mark_is_found_behind_a_few_false_ones() -> None:
    false = [PATHS.mark(MessageId(UUID(int=n)))[:-1] + "a" for n in range(5)]
    to = ", ".join(f"b+{mark}@mail.bank.example" for mark in [*false, MARK])

    assert read_bounce(bytes(Bounce(to=to)), PATHS) == failed("DSN 5.1.1")


@given(some.uuids())
def test_every_message_has_an_address_of_its_own_that_leads_back_to_it(id: UUID) -> None:
    address = PATHS.address_for(MessageId(id))
    local, _, domain = address.rpartition("@")

    assert PATHS.find([address]) == PATHS.find([address.upper()]) == id
    assert domain == "mail.bank.example"
    assert len(local) <= 64


@given(some.binary())
def test_no_bytes_are_beyond_being_read(content: bytes) -> None:
    assert read_bounce(content, PATHS) is None


PIECES = [
    *(b"\r\n", b"\n", b"\r", b" ", b";", b":", b"=", b'"', b"\x00", b"\xff", b"(", b"--=_1"),
    *(b"Content-Type: message/delivery-status", b"Content-Type: multipart/report", b"boundary="),
    *(b"Content-Type: message/global-delivery-status", b"report-type*0*=%ff''x", b"To: "),
    *(b"Content-Transfer-Encoding: base64", b"Action: failed", b"Status: 5", b"=?x?q?y?="),
    BACK.encode(),
]


@given(some.data())
def test_no_damage_makes_a_bounce_unreadable(data: some.DataObject) -> None:
    """Each report that is still read is of the message that it was of."""
    content = data.draw(some.sampled_from(SAMPLES))
    for _ in range(data.draw(some.integers(1, 8))):
        start = data.draw(some.integers(0, len(content)))
        end = data.draw(some.integers(start, min(start + 40, len(content))))
        piece = data.draw(some.sampled_from(PIECES) | some.binary(max_size=8))
        content = content[:start] + piece + content[end:]

    report = read_bounce(content, PATHS)

    assert report is None or report.message_id == ID
    assert report is None or RECIPIENT not in repr(report)


@pytest.mark.parametrize(
    "parameter", ["boundary*=\x00''x", "boundary*=idna''%ff.x", "boundary*=undefined''x"]
)
def test_what_the_parser_of_python_stumbles_over_is_passed_over(parameter: str) -> None:
    content = bytes(Bounce(kind=f"{parameter}; report-type=delivery-status"))

    assert read_bounce(content.replace(b'boundary="=_1"', b""), PATHS) is None


def nested(depth: int) -> bytes:
    lines = [f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(depth)]
    return crlf("".join(lines))


@pytest.mark.parametrize(
    "content",
    [
        bytes(Bounce(more="x" * LONGEST_BOUNCE)),
        bytes(Bounce(more="\n" * MOST_LINES)),
        bytes(Bounce(more="--=_1\n\n" * MOST_PARTS)),
        bytes(Bounce(more="Action: failed\n\n" * MOST_PARTS)),
        nested(MOST_PARTS + 1),
        nested(MOST_LINES // 4),
    ],
    ids=["long", "lines", "parts", "blocks", "nested", "deep"],
)
def test_what_is_too_big_to_be_a_bounce_of_ours_is_passed_over(content: bytes) -> None:
    assert read_bounce(content, PATHS) is None


@pytest.mark.parametrize(
    "filler", [";", ';a="', "(", "=?", '"', "\\", ";a*0*=x", ",", "<", "\u00fc"]
)
def test_a_field_without_end_is_read_as_far_as_fields_go(filler: str) -> None:
    long = filler * (100_000 // len(filler.encode()))

    # What stands behind it, here the boundary and the mark, is not found.
    assert read_bounce(bytes(Bounce(kind=f"report-type=delivery-status{long}")), PATHS) is None
    assert read_bounce(bytes(Bounce(to=f"{long}{BACK}")), PATHS) is None
    # What stands before it is.
    fields = f"Action: failed{long}"
    assert read_bounce(bytes(Bounce(to=f"{BACK}{long}", fields=fields)), PATHS) is not None


def test_a_few_more_parameters_are_no_hindrance() -> None:
    content = bytes(Bounce(kind=f"report-type=delivery-status{';' * 1000}"))

    assert read_bounce(content, PATHS) == failed("DSN 5.1.1")


def test_samples_are_what_they_claim_to_be() -> None:
    kinds = [message_from_bytes(sample).get_content_type() for sample in SAMPLES]

    assert kinds.count("multipart/report") == len(SAMPLES) - len([PLAIN_EXIM, HOLIDAY])


def test_paths_do_not_show_their_secret() -> None:
    assert "0123456789" not in repr(PATHS)


@pytest.mark.parametrize(
    ("address", "advice"),
    [
        ("bounces", "must be an address"),
        ("", "must be an address"),
        ("@bank.example", "must be an address"),
        ("b\u00f6unce@bank.example", "must be an address"),
        ("a b@bank.example", "must be an address"),
        ("Bank <bounces@bank.example>", "must be an address"),
        (f"{'b' * 24}@bank.example", "too long"),
    ],
)
def test_an_address_without_room_for_a_mark_is_refused_with_advice(
    address: str, advice: str
) -> None:
    with pytest.raises(ValueError, match=advice):
        read_return_path(address)


def test_an_address_is_written_for_the_wire() -> None:
    longest = "b" * 23

    assert read_return_path("bounces@b\u00e4nk.example") == "bounces@xn--bnk-qla.example"
    assert read_return_path(f"{longest}@bank.example") == f"{longest}@bank.example"
