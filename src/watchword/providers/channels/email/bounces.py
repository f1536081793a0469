"""Bounces: mail that could not be delivered, of which a mail server tells us later by mail.

Anybody can write such a mail; one that does not carry our mark changes nothing. The form is that
of RFC 3464, with the status codes of RFC 3463.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.policy import Compat32
from typing import Any, Final, TypeAlias

from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import Receipt
from watchword.providers.channels.email.return_paths import ReturnPaths

LONGEST_BOUNCE = 1024 * 1024
MOST_PARTS = 40
MOST_LINES = 20_000
LONGEST_FIELD = 2000

RECEIPTS: Mapping[str, Receipt] = {"delivered": Receipt.DELIVERED, "failed": Receipt.FAILED}
"""What an action of a report says. All others change nothing: what is delayed is still under way,
and what was relayed or expanded has gone where nobody tells us more."""

WHERE_MARKS_ARE: Final = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
REPORTS: Final = {"message/delivery-status", "message/global-delivery-status"}
WORD: Final = re.compile(r"\s*([a-z]+)")
STATUS: Final = re.compile(r"\s*([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")
EMPTY_LINE: Final = re.compile(r"\r?\n[ \t]*\r?\n")

Parsed: TypeAlias = "Message[Any, Any]"

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, MessageError)
"""What the parser of Python raises for mail that breaks the rules in ways nobody foresaw."""


def read_bounce(content: bytes, paths: ReturnPaths) -> Report | None:
    """Say what a mail reports of a message; nothing, if it is no bounce or not of our mail.

    No mail makes this raise.
    """
    if len(content) > LONGEST_BOUNCE or content.count(b"\n") > MOST_LINES:
        return None
    try:
        mail = BytesParser(_counted_parts(), policy=SHORT).parsebytes(content)
        return _read(mail, paths)
    except (_TooManyParts, *UNREADABLE):
        return None


def _read(mail: Parsed, paths: ReturnPaths) -> Report | None:
    if mail.get_content_type() == "multipart/report":
        if str(mail.get_param("report-type")).lower() != "delivery-status":
            return None  # it was read, or somebody complains: another kind of report
        blocks = [*_blocks(mail)]
        told = _verdict(blocks)
        marks = [*_fields(mail, *WHERE_MARKS_ARE)]
        marks += [text for block in blocks for text in _fields(block, "Original-Envelope-Id")]
    elif [*_fields(mail, "X-Failed-Recipients")]:
        told = _Verdict(Receipt.FAILED, "bounced")
        marks = [*_fields(mail, *WHERE_MARKS_ARE)]
    else:
        # That nobody is named as its sender says little: those who are on holiday write so too.
        return None
    if told is None or (id := paths.find(marks)) is None:
        return None
    return Report(message_id=id, receipt=told.receipt, reason=told.reason)


@dataclass(frozen=True, slots=True)
class _Verdict:
    receipt: Receipt
    reason: str | None = None


def _verdict(blocks: Iterable[Parsed]) -> _Verdict | None:
    """Say what became of the mail, which went to one address, but may have been passed on to many.

    If one of them has it, it arrived.
    """
    verdicts = [verdict for block in blocks if (verdict := _verdict_of(block))]
    arrived = [each for each in verdicts if each.receipt is Receipt.DELIVERED]
    return next(iter([*arrived, *verdicts]), None)


def _verdict_of(block: Parsed) -> _Verdict | None:
    action = _first(WORD, _fields(block, "Action"))
    status = _first(STATUS, _fields(block, "Status"))
    if action is None and status is not None and status.startswith("5"):
        action = "failed"
    receipt = RECEIPTS.get(action or "")
    if receipt is Receipt.FAILED:
        return _Verdict(receipt, f"DSN {status or 'failed'}")
    return None if receipt is None else _Verdict(receipt)


def _blocks(mail: Parsed) -> Iterator[Parsed]:
    """Give the blocks of fields of a report: one on the mail, and one on each recipient."""
    for part in _parts(mail):
        if part.get_content_type() not in REPORTS:
            continue
        for block in _parts(part):
            yield block
            # A report in UTF-8 is not split by the parser: what follows its head is its text.
            rest = block.get_payload()
            if isinstance(rest, str):
                texts = EMPTY_LINE.split(rest, maxsplit=MOST_PARTS)[:MOST_PARTS]
                yield from map(HeaderParser().parsestr, filter(str.strip, texts))


def _parts(mail: Parsed) -> Sequence[Parsed]:
    payload: Any = mail.get_payload()
    return payload if isinstance(payload, list) else ()


def _fields(block: Parsed, *names: str) -> Iterator[str]:
    for name in names:
        yield from (str(value) for value in block.get_all(name, []))


def _first(pattern: re.Pattern[str], texts: Iterable[str]) -> str | None:
    found = (pattern.match(text.lower()) for text in texts)
    return next((one[1] for one in found if one), None)


class _Short(Compat32):
    """Keeps the beginning of each field: reading parameters takes the square of their length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_FIELD]


SHORT: Final = _Short()


class _TooManyParts(Exception):
    """A mail is made of more parts than any report has, to keep us busy."""


@dataclass(slots=True)
class _Count:
    parts: int = field(default=0)


def _counted_parts() -> Callable[..., Parsed]:
    """Give what makes the parts of one mail, and gives up when there are too many."""
    count = _Count()

    def make(*arguments: Any, **options: Any) -> Parsed:  # noqa: ANN401 - the parser knows them
        count.parts += 1
        if count.parts > MOST_PARTS:
            raise _TooManyParts
        return Message(*arguments, **options)

    return make
