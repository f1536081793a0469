"""Twilio's own description of Verify, held against every answer that its own library was given."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import msgspec
import referencing
from referencing.jsonschema import DRAFT202012

from tests.contracts.twilio.description import SPECS
from tests.not_tested import not_tested

FILE = SPECS / "twilio" / "twilio_verify_v2.json"
ERROR = {"code", "message", "more_info", "status"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
MOMENTS = ("date_created", "date_updated", "time")


def read_description() -> dict[str, Any]:
    if not FILE.exists():
        not_tested(
            f"our answers against Twilio's description of Verify, as {FILE} is missing",
            "WATCHWORD_SPECS=folder names another place.",
        )
    found: dict[str, Any] = _with_nulls(msgspec.json.decode(FILE.read_bytes()))
    return found


@dataclass(frozen=True)
class Exchange:
    """One request as it left the library, and what it was answered."""

    method: str
    url: str
    status: int
    body: bytes
    given: frozenset[str] = frozenset()
    """The names of what was sent."""


class Judge:
    """Says of an answer what is not as Twilio describes it."""

    def __init__(self, spec: dict[str, Any], front: str) -> None:
        self._spec = spec
        self._front = front
        resource = referencing.Resource.from_contents(spec, default_specification=DRAFT202012)
        self._registry = referencing.Registry().with_resource("urn:spec", resource)
        self._paths: dict[re.Pattern[str], str] = {_pattern(path): path for path in spec["paths"]}

    def look_at(self, exchange: Exchange) -> None:
        if exchange.status >= 400:
            self._look_at_error(exchange)
            return
        responses = self._operation(exchange)["responses"]
        described = responses.get(str(exchange.status))
        assert described is not None, f"{exchange.status} is not described"
        content = described.get("content")
        if content is None:
            assert not exchange.body
            return
        answer, schema = msgspec.json.decode(exchange.body), content["application/json"]["schema"]
        jsonschema.Draft202012Validator(
            _from_here(schema), registry=self._registry, format_checker=None
        ).validate(answer)
        self._look_into(answer, schema)

    def _look_into(self, answer: Any, schema: Any) -> None:  # noqa: ANN401 - any JSON
        """Miss nothing that is described; find no address but ours, and moments in one form."""
        properties = self._found(schema).get("properties", {})
        assert answer.keys() >= properties.keys(), properties.keys() - answer.keys()
        for name, value in _leaves(answer):
            if name in MOMENTS:
                assert MOMENT.fullmatch(value), name
            if isinstance(value, str) and "://" in value:
                assert value.startswith(self._front), value
        for name, of in properties.items():
            if of.get("type") == "array" and "items" in of and "$ref" in of["items"]:
                for row in answer[name]:
                    self._look_into(row, of["items"])

    def _look_at_error(self, exchange: Exchange) -> None:
        said = msgspec.json.decode(exchange.body)
        assert said.keys() == ERROR
        assert said["status"] == exchange.status
        assert said["more_info"] == f"https://www.twilio.com/docs/errors/{said['code']}"
        if exchange.status == 429 and said["code"] == 20429:
            examples = self._spec["paths"]["/v2/Services/{ServiceSid}/Verifications"]["post"]
            content = examples["responses"]["429"]["content"]["application/json"]
            (example,) = content["examples"].values()
            assert said == example["value"]

    def place_of(self, exchange: Exchange) -> str:
        """Give the path, as it is described, that a request went to."""
        path = urlsplit(exchange.url.removeprefix(self._front)).path
        if path in self._paths.values():
            return path
        return next(each for pattern, each in self._paths.items() if pattern.fullmatch(path))

    def _operation(self, exchange: Exchange) -> dict[str, Any]:
        found = self.place_of(exchange)
        operation: dict[str, Any] = self._spec["paths"][found][exchange.method.lower()]
        return operation

    def _found(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in schema:
            return schema
        found: dict[str, Any] = self._spec["components"]["schemas"][
            schema["$ref"].rpartition("/")[2]
        ]
        return found


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))


def _with_nulls(part: Any) -> Any:  # noqa: ANN401 - any JSON
    """Write what may be null as JSON Schema does: OpenAPI 3.0 has a word of its own for it."""
    if isinstance(part, list):
        return [_with_nulls(each) for each in part]
    if not isinstance(part, dict):
        return part
    written = {name: _with_nulls(each) for name, each in part.items() if name != "nullable"}
    if part.get("nullable") and isinstance(part.get("type"), str):
        written["type"] = [part["type"], "null"]
    return written


def _from_here(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(schema, list):
        return [_from_here(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: f"urn:spec{of}" if name == "$ref" else _from_here(of) for name, of in schema.items()
    }


def _leaves(part: Any) -> Any:  # noqa: ANN401 - any JSON
    for name, value in part.items() if isinstance(part, dict) else ():
        if isinstance(value, dict):
            yield from _leaves(value)
        elif isinstance(value, list):
            for each in value:
                yield from _leaves(each)
        else:
            yield name, value
