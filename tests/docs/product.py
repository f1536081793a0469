"""The product as the manual should tell of it: found in the code, so that nothing is forgotten."""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from litestar.routes import HTTPRoute
from msgspec import NODEFAULT
from msgspec.inspect import (
    CustomType,
    DictType,
    EnumType,
    Field,
    StructType,
    Type,
    UnionType,
    type_info,
)

from tests.house.source import Source, of_the_house
from watchword.features.audit.rules import Action
from watchword.settings import Settings
from watchword.web.app import create_app

LOGS = {"log", "_log", "logger", "_logger"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
METRICS = {"Counter", "Gauge", "Histogram", "Summary", "Info"}
VARIABLE = re.compile(r"WATCHWORD_[A-Z0-9_]*[A-Z0-9]")
MUST_BE_GIVEN = "must be given"
NOT_DETAILS = {"action", "actor", "target"}


@dataclass(frozen=True)
class Setting:
    """A setting by its full name; `default` is written as in TOML, if it is a plain value."""

    name: str
    default: str | None


@cache
def settings() -> tuple[Setting, ...]:
    """Give every setting: `web.port`, `purposes.attempts`, `channels.sms`, `smtp.host`."""
    return (*_of_struct(type_info(Settings), ""),)


def _of_struct(node: Type, before: str) -> Iterator[Setting]:
    assert isinstance(node, StructType)
    for field in node.fields:
        yield from _of_field(field, before)


def _of_field(field: Field, before: str) -> Iterator[Setting]:
    match field.type:
        case StructType():
            yield from _of_struct(field.type, f"{before}{field.encode_name}.")
        case DictType(value_type=UnionType(types=kinds)) if not before:
            for kind in kinds:
                assert isinstance(kind, StructType)
                yield from _of_struct(kind, f"{kind.tag}.")
        case DictType(value_type=StructType() as inner) if not before:
            yield from _of_struct(inner, f"{field.encode_name}.")
        case DictType(key_type=EnumType(cls=names)) if not before:
            yield from (Setting(f"{field.encode_name}.{name}", None) for name in names)
        case _:
            yield Setting(f"{before}{field.encode_name}", _default(field))


def _default(field: Field) -> str | None:
    value = field.default
    if value is NODEFAULT and field.default_factory is not NODEFAULT:
        value = field.default_factory()
    if value is NODEFAULT:
        return MUST_BE_GIVEN
    if value is None or isinstance(field.type, CustomType):
        return None
    return json.dumps(msgspec.to_builtins(value))


@cache
def endpoints() -> set[str]:
    """Give what the API offers, as `POST /v1/challenges`."""
    services: Any = None  # what is described is not called
    paths = create_app(services).openapi_schema.to_schema()["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


@cache
def addresses() -> set[str]:
    """Give every path that is answered, as `/v1/challenges/{challenge_id}`."""
    services: Any = None
    routes = create_app(services).routes
    return {route.path_format for route in routes if isinstance(route, HTTPRoute)}


def log_events(files: Iterable[Source]) -> Mapping[str, set[str]]:
    """Give each event of the log, with the names of its fields."""
    events: dict[str, set[str]] = {}
    for call in _calls(files):
        match call:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=log), attr=level), args=[said, *_]
            ) if log in LOGS and level in LEVELS:
                # An event that is put together cannot be looked up, and so is in no manual.
                event = said.value if isinstance(said, ast.Constant) else ast.unparse(said)
                fields = {word.arg for word in call.keywords if word.arg}
                events[str(event)] = events.get(str(event), set()) | fields
            case _:
                continue
    return events


def audit_details(files: Iterable[Source]) -> Mapping[Action, set[str]]:
    """Give each action that is written into the audit, with the names of its details."""
    actions: dict[Action, set[str]] = {}
    for call in _calls(files):
        given = [*call.args, *(word.value for word in call.keywords if word.arg == "action")]
        for one in given:
            match one:
                case ast.Attribute(value=ast.Name(id="Action"), attr=name):
                    actions.setdefault(Action[name], set()).update(_details(call))
                case _:
                    continue
    return actions


def _details(call: ast.Call) -> Iterator[str]:
    for word in call.keywords:
        if isinstance(word.value, ast.Dict):
            yield from (str(key.value) for key in word.value.keys if isinstance(key, ast.Constant))
        elif word.arg and word.arg not in NOT_DETAILS:
            yield word.arg


def metrics(files: Iterable[Source]) -> set[str]:
    """Give the names of metrics, as they are made with the classes of prometheus-client."""
    found = set()
    for call in _calls(files):
        match call:
            case ast.Call(
                func=ast.Name(id=kind) | ast.Attribute(attr=kind),
                args=[ast.Constant(value=str(name)), *_],
            ) if kind in METRICS:
                found.add(name)
            case _:
                continue
    return found


def variables(files: Iterable[Source]) -> set[str]:
    """Give the environment variables that are asked for by their whole name."""
    return _named(file for file in files if not _is_of_a_channel(file))


def channel_variables(files: Iterable[Source]) -> set[str]:
    """Give the variables that we set in the channels of an Asterisk, which nobody else sets."""
    return _named(file for file in files if _is_of_a_channel(file))


def _is_of_a_channel(file: Source) -> bool:
    return file.path.parts[:2] == ("telephone", "fastagi")


def _named(files: Iterable[Source]) -> set[str]:
    strings = (string for file in files for string in file.strings())
    return {string for string in strings if VARIABLE.fullmatch(string)}


@cache
def house() -> list[Source]:
    return of_the_house()


def _calls(files: Iterable[Source]) -> Iterator[ast.Call]:
    for file in files:
        yield from (node for node in ast.walk(file.tree) if isinstance(node, ast.Call))
