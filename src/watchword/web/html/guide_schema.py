"""The API as a reader needs it, read out of its description for machines (OpenAPI 3.1)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from litestar import Litestar
from litestar.routes import HTTPRoute

from watchword.features.clients.rules import Scope
from watchword.web.authentication import SCOPE
from watchword.web.html.guide_requests import BODIES, REMARKS, SAMPLE_ID
from watchword.web.html.guide_words import NOTES
from watchword.web.openapi import CSV, KEY_PARAMETER, described
from watchword.web.problems import Kind

Node = Mapping[str, Any]
"""A part of the description, as it was parsed. It does not leave this module."""

NESTED_AT_MOST = 4
ALIKE_FROM = 4
"""Shapes with fewer fields in common than this are alike by accident."""
TOLD_APART = {"EventKind": "one of the events above"}
"""Long lists of values that a chapter explains by itself."""

FORMATS = {"uuid": "UUID", "date-time": "time", "string": "text", "integer": "number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a shape was told of before: in which request, and as which field, if it is one."""

    id: str
    summary: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something that is sent or comes back. `path` is `to.phone` for what lies within `to`.

    `as_in`: what lies within it was told of there.
    """

    path: str
    type: str
    values: Sequence[str]
    limits: Sequence[str]
    is_required: bool
    example: str | None
    note: str
    as_in: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What comes back. Where its shape was told of before, `fields` are only those beyond it."""

    status: int
    title: str
    is_list: bool
    as_in: Place | None
    fields: Sequence[Field]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One request: `parameters` stand in its address, `fields` in its body.

    Where the shape of the body was told of before, `fields` are only those beyond it. `is_file`:
    the body is a file and nothing else.
    """

    id: str
    method: str
    path: str
    summary: str
    remark: str
    scope: Scope | None
    parameters: Sequence[Field]
    as_in: Place | None
    fields: Sequence[Field]
    body: object | None
    is_file: bool
    reply: Reply
    problems: Sequence[Kind]


def read_operations(app: Litestar) -> Sequence[Operation]:
    description = json.loads(json.dumps(described(app), default=str))
    reader = _Reader(description["components"]["schemas"], _scopes(app))
    return [
        reader.operation(method.upper(), path, node)
        for path, methods in description["paths"].items()
        for method, node in methods.items()
    ]


def _scopes(app: Litestar) -> Mapping[tuple[str, str], Scope]:
    """Find out which scope each request needs; the description for machines does not tell."""
    return {
        (method, route.path_format): handler.opt[SCOPE]
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if SCOPE in handler.opt
    }


class _Reader:
    """Reads one request after the other, and tells of each shape once."""

    def __init__(
        self, schemas: Mapping[str, Node], scopes: Mapping[tuple[str, str], Scope]
    ) -> None:
        self._schemas = schemas
        self._scopes = scopes
        self._told: dict[str, tuple[Place, frozenset[str]]] = {}
        self._here = Place(id="", summary="", path="")

    def operation(self, method: str, path: str, node: Node) -> Operation:
        self._here = Place(id=node["operationId"], summary=node["summary"], path="")
        sent = node.get("requestBody", {}).get("content", {}).get("application/json")
        replies = {int(status): reply for status, reply in node["responses"].items()}
        as_in, fields = self._shape(sent["schema"]) if sent else (None, [])
        return Operation(
            id=node["operationId"],
            method=method,
            path=path,
            summary=node["summary"],
            remark=REMARKS.get(f"{method} {path}", ""),
            scope=self._scopes.get((method, path)),
            parameters=[
                self._parameter(one)
                for one in node["parameters"]
                if one["name"] != KEY_PARAMETER["name"]  # a chapter of its own tells of it
            ],
            as_in=as_in,
            fields=fields,
            body=self._example(sent["schema"]) if sent else _table(node),
            is_file="requestBody" in node and not sent and _table(node) is None,
            reply=next(self._reply(status, replies[status]) for status in replies if status < 400),  # noqa: PLR2004 - where refusals begin
            problems=_problems(replies),
        )

    def _parameter(self, node: Node) -> Field:
        return self._field(node["name"], node["schema"], node["required"], node["name"])

    def _reply(self, status: int, node: Node) -> Reply:
        schema: Node = node.get("content", {}).get("application/json", {}).get("schema", {})
        as_in, fields = self._shape(schema.get("items", schema))
        return Reply(
            status=status,
            title=HTTPStatus(status).phrase,
            is_list=schema.get("type") == "array",
            as_in=as_in,
            fields=fields,
        )

    def _shape(self, schema: Node) -> tuple[Place | None, Sequence[Field]]:
        """Give the fields of a shape, or only those beyond an earlier one, and which that is."""
        node = self._resolved(schema)
        names = frozenset(node.get("properties", {}))
        alike = [told for told in self._told.values() if told[1] <= names]
        same = self._told.get(node.get("title", ""))
        large = [told for told in alike if len(told[1]) >= ALIKE_FROM or told is same]
        nothing: tuple[Place | None, frozenset[str]] = (None, frozenset())
        place, known = max(large, key=lambda told: len(told[1]), default=nothing)
        return place, [*self._fields(schema, known=known)]

    def _fields(
        self, schema: Node, before: str = "", depth: int = 0, known: frozenset[str] = frozenset()
    ) -> Iterator[Field]:
        node = self._resolved(schema)
        properties: Node = node.get("properties", {})
        if properties and not known:
            place = replace(self._here, path=before.removesuffix("."))
            self._told[node["title"]] = place, frozenset(properties)
        for name in (name for name in properties if name not in known):
            inner, path = properties[name], before + name
            within = self._resolved(inner)
            several = "[]" if "items" in within else ""
            within = self._resolved(within.get("items", within))
            field = self._field(path, inner, name in node["required"], f"{node['title']}.{name}")
            told = self._told.get(within.get("title", ""))
            yield replace(field, as_in=told[0] if told else None)
            if told is None and depth < NESTED_AT_MOST:
                yield from self._fields(within, f"{path}{several}.", depth + 1)

    def _field(self, path: str, schema: Node, is_required: bool, known_as: str) -> Field:  # noqa: FBT001 - a fact among facts
        node = self._resolved(schema)
        entries = self._resolved(node.get("items", {}))
        examples = node.get("examples", [])
        apart = TOLD_APART.get((entries or node).get("title", ""))
        return Field(
            path=path,
            type=_type(node),
            values=[] if apart else node.get("enum") or entries.get("enum", []),
            limits=[*_limits(node), *([apart] if apart else [])],
            is_required=is_required,
            example=examples[0] if examples else None,
            note=node.get("description") or NOTES.get(known_as, ""),
        )

    def _resolved(self, schema: Node) -> Node:
        """Give the schema itself, where it refers to another or may be null."""
        found = schema
        while "$ref" in found or "oneOf" in found:
            if "$ref" in found:
                shared = self._schemas[found["$ref"].rpartition("/")[2]]
                found = {**shared, **_without(found, "$ref")}
                found = _without(found, "description") if "enum" in found else found
                continue
            chosen = [one for one in found["oneOf"] if one.get("type") != "null"]
            may_be_null = len(chosen) < len(found["oneOf"])
            found = {**chosen[0], **_without(found, "oneOf"), "may_be_null": may_be_null}
        return found

    def _example(self, schema: Node) -> object:
        """Make a small request that is right: what is required, and what has an example."""
        node = self._resolved(schema)
        if node.get("title") in BODIES:
            return BODIES[node["title"]]
        if "properties" in node:
            given = {
                name: self._example(inner)
                for name, inner in node["properties"].items()
                if name in node["required"] or "examples" in self._resolved(inner)
            }
            if node["required"]:
                return given
            # Of what may all be left out, the first is shown; some bodies have nothing in them.
            first = [*node["properties"].items()][:1]
            return {name: self._example(inner) for name, inner in first}
        if node.get("format") == "uuid":
            return SAMPLE_ID
        if node.get("type") == "integer" and "examples" not in node:
            return max(int(node.get("minimum", 1)), 1)
        return node.get("examples", node.get("enum", ["…"]))[0]


def _problems(replies: Mapping[int, Node]) -> Sequence[Kind]:
    """Find out which problems a request can meet, by the titles that stand in its replies."""
    return [
        kind
        for kind in sorted(Kind, key=lambda kind: kind.status)
        if kind.status in replies and kind.title in replies[kind.status]["description"]
    ]


def _type(node: Node) -> str:
    if "properties" in node:
        name = "object"
    elif "items" in node:
        name = "list"
    else:
        kind = str(node.get("format") or node["type"])
        name = FORMATS.get(kind, kind)
    return f"{name} or null" if node.get("may_be_null") else name


def _limits(node: Node) -> Iterator[str]:
    least, most = node.get("minLength"), node.get("maxLength")
    if least is not None and most is not None:
        yield f"{most} characters" if least == most else f"{least} to {most} characters"
    elif most is not None:
        yield f"{most} characters at most"
    if "maxItems" in node:
        yield f"{node['maxItems']} entries at most"
    if "minimum" in node and "maximum" in node:
        yield f"{node['minimum']:g} to {node['maximum']:.15g}"
    if "pattern" in node:
        yield f"matches {node['pattern']}"


def _without(node: Node, *names: str) -> Node:
    return {name: value for name, value in node.items() if name not in names}


def _table(node: Node) -> object:
    """Give the table that a request sends in the place of JSON, if it does."""
    sent = node.get("requestBody", {}).get("content", {}).get(CSV)
    return sent["schema"]["examples"][0] if sent else None
