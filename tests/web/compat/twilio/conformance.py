"""What a run of all stories has shown, as a page of the manual."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import twilio  # type: ignore[import-untyped]

from tests.web.compat.twilio.desk import Story
from tests.web.compat.twilio.javascript import LIBRARY
from tests.web.compat.twilio.judge import Exchange, Judge

PAGE = Path(__file__).parents[4] / "docs" / "twilio-conformance.md"
SECOND_RANK = ("Entities", "Webhooks", "AccessTokens", "Passkeys", "Forms")
PREAMBLE = ("POST", "/v2/Services", "201")
"""Nearly every story makes a service first; that is told where it is the matter alone."""
KEPT, ASIDE = {"service.kept", "messaging.life"}, {"verification.aside"}
"""The rows whose parameters are kept and have no other effect, or have none; all but these."""
LABELS = {"Description"}
"""What is told again and has no other effect, in whatever row it is given."""
ALWAYS = {"FriendlyName", "Country", "To", "Channel", "Code"}
METHODS = ("post", "get", "delete")

Call = tuple[str, str]
"""A method, and a path as it is described."""


@dataclass(frozen=True)
class Heard:
    """One answer: to which call, with which parameters, and how it is called."""

    call: Call
    given: frozenset[str]
    word: str


@dataclass(frozen=True)
class Told:
    """A story that was told to its end, and what was heard by either library."""

    story: Story
    python: Sequence[Heard]
    javascript: Sequence[Heard]


def heard_in(exchanges: Sequence[Exchange], judge: Judge) -> list[Heard]:
    return [
        Heard(
            (each.method, judge.place_of(each)),
            each.given | parse_qs(urlsplit(each.url).query).keys(),
            word_of(each.status, each.body),
        )
        for each in exchanges
    ]


def word_of(status: int, body: bytes) -> str:
    return f"{status}/{msgspec.json.decode(body)['code']}" if status >= 400 else str(status)


def calls_of(spec: Mapping[str, Any]) -> list[Call]:
    """Give every call that is described; those that are not here come last."""
    paths = sorted(spec["paths"], key=lambda path: (is_second(path), path))
    return [
        (each.upper(), path) for path in paths for each in METHODS if each in spec["paths"][path]
    ]


def is_second(path: str) -> bool:
    return any(part in SECOND_RANK for part in path.split("/"))


def written(run: Sequence[Told], spec: Mapping[str, Any], elsewhere: Mapping[Call, str]) -> str:
    """Write the page. `elsewhere` says how calls of second rank were answered."""
    calls = [call for call in calls_of(spec) if not is_second(call[1])]
    script = json.loads((LIBRARY / "node_modules/twilio/package.json").read_text())["version"]
    return HEAD.format(
        python=twilio.__version__,
        javascript=script,
        rows="\n".join(map(_row, run)),
        calls="\n".join(_line(call, run, spec) for call in calls),
        elsewhere="\n".join(f"| {_shown(call)} | {word} |" for call, word in elsewhere.items()),
    )


def _row(told: Told) -> str:
    calls: dict[Call, set[str]] = {}
    for each in (*told.python, *told.javascript):
        calls.setdefault(each.call, set()).add(each.word)
    if not told.story.id.startswith("service."):
        calls.get(PREAMBLE[:2], set()).discard(PREAMBLE[2])
    said = "<br>".join(
        f"{_shown(call)} {', '.join(sorted(words))}" for call, words in calls.items() if words
    )
    counts = f"{len(told.python)} answers | {len(told.javascript)} answers"
    return f"| `{told.story.id}` | {told.story.claim} | {said} | {counts} |"


def _line(call: Call, run: Sequence[Told], spec: Mapping[str, Any]) -> str:
    words = {each.word for told in run for each in told.python if each.call == call}
    assert words, f"No story tells of {call}."
    tried = given(call, run)
    kept = given(call, [told for told in run if told.story.id in KEPT]) - ALWAYS
    kept |= tried & LABELS
    aside = given(call, [told for told in run if told.story.id in ASIDE]) - ALWAYS
    described = parameters_of(call, spec)
    columns = (
        [name for name in described if name in tried - kept - aside],
        [name for name in described if name in kept],
        [name for name in described if name in aside],
        [name for name in described if name not in tried],
    )
    told = " | ".join(", ".join(f"`{name}`" for name in names) for names in columns)
    return f"| {_shown(call)} | {', '.join(sorted(words))} | {told} |"


def given(call: Call, run: Sequence[Told]) -> set[str]:
    return {
        name for told in run for each in told.python if each.call == call for name in each.given
    }


def parameters_of(call: Call, spec: Mapping[str, Any]) -> list[str]:
    method, path = call
    operation = spec["paths"][path][method.lower()]
    content = operation.get("requestBody", {}).get("content", {})
    form = content.get("application/x-www-form-urlencoded", {}).get("schema", {})
    asked = operation.get("parameters", ())
    return [*form.get("properties", ()), *(each["name"] for each in asked if each["in"] == "query")]


def _shown(call: Call) -> str:
    method, path = call
    return f"`{method} {path.removeprefix('/v2/Services/{ServiceSid}') or path}`"


def filled(path: str, service: str) -> str:
    """Give an address of a call that somebody might ask for."""
    parts = (service if each == "{ServiceSid}" else _something(each) for each in path.split("/"))
    return "/".join(parts)


def _something(part: str) -> str:
    return "form-push" if part == "{FormType}" else part.strip("{}")


HEAD = """# How Twilio Verify is answered, row by row

This page is written by a run of the tests (`make conformance`), and a test fails when it says
something else than a run does. Each story is told twice over HTTP: with Twilio's library for Python
({python}) and with the one for JavaScript ({javascript}), both as they come, told no more than
where we are. Every answer is held against Twilio's description of Verify v2: its status, each field
and its form, and that every address in it is one of ours. A refusal must come as the library's own
class of error, with the status and the code that stand here.

In general, [The calls of Twilio Verify](reference/twilio.md) says what is asked and answered, and
[Move from Twilio Verify](how-to/move-from-twilio.md) how to come over.

## What is promised

`200` is an answer; `404/20404` is a refusal, with its status and Twilio's code. Paths without `/v2`
are below `/v2/Services/{{ServiceSid}}`. That most stories make a service first is left out.
The last columns say how many answers a library was given until the story was told to its end.

| row | what is promised | calls and answers | Python | JavaScript |
| --- | --- | --- | --- | --- |
{rows}

## Call by call

Every call of the description that is honoured, with each answer that was heard. Parameters that are
*honoured* have an effect, or are refused. Those that are *kept* are told again and have no other
effect; those *left aside* are taken and have none. What is *not tried* was given in no story.

| call | answers | honoured | kept | left aside | not tried |
| --- | --- | --- | --- | --- | --- |
{calls}

## What is not here

Every other call of the description was made in the same run, with account and token, below a
service that is there.

| call | answer |
| --- | --- |
{elsewhere}
"""
