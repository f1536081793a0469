"""The API as a reader needs it, read out of its description for machines (OpenAPI 3.1)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from litestar import Litestar
from litestar.routes import HTTPRoute

from watchword.features.clients.rules import Scope
from watchword.web.authentication import SCOPE
from watchword.web.html.guide_words import NOTES
from watchword.web.openapi import described
from watchword.web.problems import Kind

Node = Mapping[str, Any]
"""A part of the description, as it was parsed. It does not leave this module."""

NESTED_AT_MOST = 4
FORMATS = {"uuid": "UUID", "date-time": "time", "string": "text", "integer": "number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something that is sent or comes back. `path` is `to.phone` for what lies within `to`."""

    path: str
    type: str
    values: Sequence[str]
    limits: Sequence[str]
    is_required: bool
    example: str | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    title: str
    is_list: bool
    fields: Sequence[Field]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One request: `parameters` stand in its address, `fields` in its body."""

    id: str
    method: str
    path: str
    summary: str
    scope: Scope | None
    parameters: Sequence[Field]
    fields: Sequence[Field]
    body: object | None
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
    def __init__(
        self, schemas: Mapping[str, Node], scopes: Mapping[tuple[str, str], Scope]
    ) -> None:
        self._schemas = schemas
        self._scopes = scopes

    def operation(self, method: str, path: str, node: Node) -> Operation:
        sent = node.get("requestBody", {}).get("content", {}).get("application/json")
        replies = {int(status): reply for status, reply in node["responses"].items()}
        return Operation(
            id=node["operationId"],
            method=method,
            path=path,
            summary=node["summary"],
            scope=self._scopes.get((method, path)),
            parameters=[self._parameter(one) for one in node.get("parameters", [])],
            fields=[*self._fields(sent["schema"])] if sent else [],
            body=self._example(sent["schema"]) if sent else None,
            reply=next(self._reply(status, replies[status]) for status in replies if status < 400),  # noqa: PLR2004 - where refusals begin
            problems=_problems(replies),
        )

    def _parameter(self, node: Node) -> Field:
        return self._field(node["name"], node["schema"], node["required"], node["name"])

    def _reply(self, status: int, node: Node) -> Reply:
        schema: Node = node.get("content", {}).get("application/json", {}).get("schema", {})
        return Reply(
            status=status,
            title=HTTPStatus(status).phrase,
            is_list=schema.get("type") == "array",
            fields=[*self._fields(schema.get("items", schema))],
        )

    def _fields(self, schema: Node, before: str = "", depth: int = 0) -> Iterator[Field]:
        node = self._resolved(schema)
        for name, inner in node.get("properties", {}).items():
            path = before + name
            is_required = name in node["required"]
            yield self._field(path, inner, is_required, f"{node['title']}.{name}")
            within = self._resolved(inner)
            several = "[]" if "items" in within else ""
            if depth < NESTED_AT_MOST:
                yield from self._fields(within.get("items", within), f"{path}{several}.", depth + 1)

    def _field(self, path: str, schema: Node, is_required: bool, known_as: str) -> Field:  # noqa: FBT001 - a fact among facts
        node = self._resolved(schema)
        examples = node.get("examples", [])
        return Field(
            path=path,
            type=_type(node),
            values=node.get("enum", []),
            limits=[*_limits(node)],
            is_required=is_required,
            example=examples[0] if examples else None,
            note=node.get("description") or self._note(known_as),
        )

    def _note(self, known_as: str) -> str:
        # A challenge with its trace has the fields of one without.
        return NOTES.get(known_as) or NOTES.get(
            known_as.replace("TracedChallenge.", "ChallengeView."), ""
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
        if "properties" in node:
            given = {
                name: self._example(inner)
                for name, inner in node["properties"].items()
                if name in node["required"] or "examples" in self._resolved(inner)
            }
            if node["required"]:
                return given
            first = next(iter(node["properties"].items()))
            return {first[0]: self._example(first[1])}
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
        yield f"{least} to {most} characters"
    elif most is not None:
        yield f"{most} characters at most"
    if "pattern" in node:
        yield f"matches {node['pattern']}"


def _without(node: Node, *names: str) -> Node:
    return {name: value for name, value in node.items() if name not in names}
