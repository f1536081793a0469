"""The log: one JSON object on a line, an event in the past tense, and ids.

Codes, PINs, numbers, addresses and message texts never come here. What libraries say is kept
only from warnings upwards, for below that some of them quote what they carry.
"""

import logging
import sys
from collections.abc import Collection

import msgspec
import structlog
from structlog.typing import EventDict

from watchword.foundation.requests import answering

KEPT_FROM_OTHERS = logging.WARNING

# JSON lets these be, but a terminal may obey them, or begin a new line.
ESCAPED = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029)}


def set_up_log(
    *,
    level: int = logging.INFO,
    is_terminal: bool = False,
    unsaid: Collection[str] = (),
) -> None:
    """`is_terminal`: write for people, in colour, instead of JSON for machines.

    `unsaid`: events that nobody needs to read here.
    """

    def pass_over(_: object, __: str, event: EventDict) -> EventDict:
        if event.get("event") in unsaid:
            raise structlog.DropEvent
        return event

    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer()
        if is_terminal
        else structlog.processors.JSONRenderer(serializer=_as_json)
    )
    structlog.configure(
        processors=[
            pass_over,
            structlog.processors.add_log_level,
            _name_request,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=KEPT_FROM_OTHERS, stream=sys.stderr, format="%(name)s: %(message)s")


def _name_request(_: object, __: str, event: EventDict) -> EventDict:
    """Say which request an event belongs to, if one is being answered."""
    answers = answering.get()
    if answers is not None:
        event["request_id"] = answers
    return event


def _as_json(event: object, **_: object) -> str:
    # What JSON does not know is shown as it shows itself: a `Secret` not at all.
    return msgspec.json.encode(event, enc_hook=repr).decode().translate(ESCAPED)
