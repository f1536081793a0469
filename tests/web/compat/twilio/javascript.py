"""Twilio's own library for JavaScript, as it comes: stories are told with it word for word."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]

from tests.not_tested import not_tested
from tests.web.compat.twilio.desk import Desk, Library, Overhearing
from tests.web.compat.twilio.judge import Exchange, Judge

PROGRAM = Path(__file__).parent / "node" / "teller.js"
LIBRARY = Path(__file__).parents[4] / "build" / "twilio"
VERBS = {each: each for each in ("create", "fetch", "update", "list", "page")}
VERBS["delete"] = "remove"
GROUPS = ("totp", "passkeys", "relying_party", "push", "whatsapp", "channel_data")
"""What Python's library writes with a line, and that for JavaScript with a dot."""


class Teller:
    """A program that does step by step what it is told."""

    def __init__(self, running: subprocess.Popen[str]) -> None:
        self._running = running

    def ask(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        self._running.stdin.write(f"{json.dumps(asked)}\n")
        self._running.stdin.flush()
        line = self._running.stdout.readline()
        assert line, "The program ended; its last words are above."
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def teller() -> Iterator[Teller]:
    node = shutil.which("node")
    if node is None or not (LIBRARY / "node_modules" / "twilio").exists():
        not_tested(
            "the front with Twilio's library for JavaScript, because npm has not brought it",
            "`make build/twilio/node_modules/twilio/package.json`, with Node.js 20 or later",
        )
    with subprocess.Popen(
        [node, str(PROGRAM), str(LIBRARY)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={},
    ) as running:
        yield Teller(running)


def in_javascript(teller: Teller) -> Library:
    """Give what makes clients that this program has."""

    def opened(desk: Desk, account: str, name: str, token: str) -> tuple[Any, Overhearing]:
        made = teller.ask(name=name, token=token, account=account, base=desk.url)
        line = Line(teller, made["number"], desk.judge)
        return Steps(line), line

    return opened


@dataclass
class Line:
    """One client, and what was heard of it."""

    teller: Teller
    number: int
    judge: Judge
    exchanges: list[Exchange] = field(default_factory=list)

    def act(self, verb: str, given: list[Any], **on: Any) -> Any:  # noqa: ANN401
        told = self.teller.ask(client=self.number, verb=verb, given=given, **on)
        for each in told["heard"]:
            exchange = Exchange(
                each["method"],
                each["url"],
                each["status"],
                each["body"].encode(),
                frozenset(each["given"]),
            )
            self.exchanges.append(exchange)
            self.judge.look_at(exchange)
        assert "fault" not in told, told["fault"]
        if "refused" in told:
            said = told["refused"]
            uri = self.exchanges[-1].url
            raise TwilioRestException(said["status"], uri, said["message"], said["code"])
        return self._seen(told["gave"])

    def close(self) -> None:
        """Close nothing: all clients of the program share what it has open."""

    def _seen(self, gave: Any) -> Any:  # noqa: ANN401 - what the library gives
        if isinstance(gave, list):
            return [Shown(each) for each in gave]
        if gave is None or "page" not in gave:
            return gave and Shown(gave)
        return Page(self, gave["page"], [Shown(each) for each in gave["instances"]])


@dataclass(frozen=True)
class Steps:
    """The way to a resource, as it is written in both languages."""

    line: Line
    path: tuple[tuple[str | None, ...], ...] = ()

    def __getattr__(self, name: str) -> Self:
        return type(self)(self.line, (*self.path, (_camel(name),)))

    def __call__(self, *args: str, **given: Any) -> Any:  # noqa: ANN401
        *before, (name,) = self.path
        if name not in VERBS:
            return type(self)(self.line, (*before, (name, *(args or (None,)))))
        sent = [{_parameter(each): _sent(value) for each, value in given.items()}] if given else []
        done = self.line.act(VERBS[name], sent, path=before)
        return name == "delete" or done


@dataclass(frozen=True)
class Shown:
    """What the library gave, by the names that Python's gives it."""

    told: dict[str, Any]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        try:
            value = self.told[_camel(name)]
        except KeyError:
            raise AttributeError(name) from None
        return datetime.fromisoformat(value) if name.startswith("date_") else value


@dataclass(frozen=True)
class Page:
    line: Line
    number: int
    rows: list[Shown]

    def __iter__(self) -> Iterator[Shown]:
        return iter(self.rows)

    def next_page(self) -> Any:  # noqa: ANN401 - another page, or none
        return self.line.act("nextPage", [], page=self.number)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(each.title() for each in rest)


def _parameter(name: str) -> str:
    for group in GROUPS:
        if name.startswith(f"{group}_"):
            return f"{_camel(group)}.{_parameter(name.removeprefix(f'{group}_'))}"
    return _camel(name)


def _sent(value: Any) -> Any:  # noqa: ANN401
    return {"moment": value.isoformat()} if isinstance(value, datetime) else value
