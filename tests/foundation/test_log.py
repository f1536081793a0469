"""What the log says, and what it keeps to itself. Each is tried in a program of its own."""

import json
import subprocess
import sys
from typing import Any

import pytest

START = """
import logging, structlog
from watchword.foundation.log import set_up_log
from watchword.foundation.secret import Secret
set_up_log()
log = structlog.get_logger()
"""


def said(program: str, start: str = START) -> str:
    """Run a program, and give what it wrote to stderr; nothing belongs to stdout."""
    command = [sys.executable, "-c", start + program]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == ""
    return done.stderr


def lines(program: str, start: str = START) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said(program, start).splitlines()]


def test_an_event_is_one_json_object_on_a_line() -> None:
    [line] = lines('log.info("message.sent", message_id="7", attempts=2)')

    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "message.sent", "level": "info", "message_id": "7", "attempts": 2}


def test_control_characters_do_not_begin_a_new_line() -> None:
    [line] = lines(
        r'log.info("message.sent", name="a\r\n{\"event\": \"forged\"}\x1b\x85\x9b\u2028")'
    )

    assert line["name"] == 'a\r\n{"event": "forged"}\x1b\x85\x9b\u2028'


def test_a_secret_is_not_shown() -> None:
    assert "123456" not in said('log.info("code.made", code=Secret("123456"))')


def test_details_are_not_said_unless_they_are_asked_for() -> None:
    asked = START.replace("set_up_log()", "set_up_log(level=logging.DEBUG)")

    assert lines('log.debug("looked")') == []
    assert [line["level"] for line in lines('log.debug("looked")', asked)] == ["debug"]


@pytest.mark.parametrize("level", ["debug", "info"])
def test_what_libraries_whisper_does_not_come_through(level: str) -> None:
    whisper = f'logging.getLogger("asyncpg").{level}("query with +491701234567")'

    assert said(whisper) == ""
    assert said(whisper, START.replace("set_up_log()", "set_up_log(level=logging.DEBUG)")) == ""


def test_what_libraries_warn_of_comes_through() -> None:
    assert said('logging.getLogger("asyncpg").warning("lost")') == "asyncpg: lost\n"


def test_an_event_that_nobody_needs_to_read_is_not_said_and_others_are() -> None:
    start = START.replace("set_up_log()", 'set_up_log(unsaid={"block.began"})')

    [line] = lines('log.warning("block.began"); log.warning("lane.failed")', start)

    assert line["event"] == "lane.failed"


def test_on_a_terminal_people_can_read_it() -> None:
    start = START.replace("set_up_log()", "set_up_log(is_terminal=True)")

    assert "message.sent" in said('log.info("message.sent")', start)


def test_the_request_that_is_being_answered_is_named() -> None:
    program = """
from watchword.foundation.requests import answering
log.info("before")
answering.set("proxy-0123456789")
log.info("within")
"""

    [before, within] = lines(program)

    assert "request_id" not in before
    assert within["request_id"] == "proxy-0123456789"
