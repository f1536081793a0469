"""Twilio's own description of its API, and what is held against it."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import msgspec
import referencing
from referencing.jsonschema import DRAFT202012

from tests.not_tested import not_tested
from tests.stand_ins.http_gateway import Asked
from watchword.providers.channels.twilio_account import TwilioAccount

ROOT = Path(__file__).parents[3]
SPECS = Path(os.environ.get("WATCHWORD_SPECS") or ROOT.parent / "shared" / "specs")
FILE = SPECS / "twilio" / "twilio_api_v2010_messages_calls_subset.json"
FORM = "application/x-www-form-urlencoded"


def read_description() -> dict[str, Any]:
    if not FILE.exists():
        not_tested(
            f"our requests against Twilio's description, as {FILE} is missing",
            "WATCHWORD_SPECS=folder names another place.",
        )
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Any])


def form_of(spec: dict[str, Any], path: str) -> dict[str, Any]:
    content = spec["paths"][path]["post"]["requestBody"]["content"]
    assert list(content) == [FORM]
    schema: dict[str, Any] = content[FORM]["schema"]
    return schema


def assert_as_described(spec: dict[str, Any], path: str, asked: Asked) -> None:
    """Hold the form of a request, its address and its signing in against the description."""
    form = form_of(spec, path)
    sent = dict(parse_qsl(asked.body.decode(), strict_parsing=True))
    assert asked.headers["Content-Type"] == FORM
    assert sent.keys() <= form["properties"].keys()
    validate(spec, form, {name: typed(form, name, value) for name, value in sent.items()})

    post = spec["paths"][path]["post"]
    (account,) = post["parameters"]
    before, after = path.split("{AccountSid}")
    assert asked.method == "POST"
    assert not urlsplit(asked.path).query
    assert asked.path.startswith(before)
    assert asked.path.endswith(after)
    validate(spec, account["schema"], asked.path[len(before) : -len(after)])
    default = next(
        one.default for one in msgspec.structs.fields(TwilioAccount) if one.name == "base_url"
    )
    assert spec["paths"][path]["servers"][0]["url"] == default

    (need,) = post["security"]
    schemes = [spec["components"]["securitySchemes"][name]["scheme"] for name in need]
    assert schemes == [asked.headers["Authorization"].split()[0].lower()]


def answers_of(spec: dict[str, Any], path: str) -> dict[str, Any]:
    """Give what Twilio describes of its one success."""
    responses = spec["paths"][path]["post"]["responses"]
    assert list(responses) == ["201"]
    answer: dict[str, Any] = responses["201"]["content"]["application/json"]
    return answer


def named(spec: dict[str, Any], schema: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def typed(form: dict[str, Any], name: str, value: str) -> str | int:
    """Read a field of a form, where all is text, as the type that is described."""
    return int(value) if form["properties"][name].get("type") == "integer" else value


def validate(spec: dict[str, Any], schema: dict[str, Any], value: object) -> None:
    resource = referencing.Resource.from_contents(spec, default_specification=DRAFT202012)
    registry = referencing.Registry().with_resource("", resource)
    jsonschema.Draft202012Validator(schema, registry=registry).validate(value)
