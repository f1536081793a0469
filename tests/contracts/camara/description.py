"""CAMARA's own description of one-time passwords by text message, and answers held against it."""

import os
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urljoin

import jsonschema
import referencing
import yaml
from httpx import Response
from referencing.jsonschema import DRAFT202012

from tests.not_tested import not_tested

ROOT = Path(__file__).parents[3]
SPECS = Path(os.environ.get("WATCHWORD_SPECS") or ROOT.parent / "shared" / "specs")
FOLDER = SPECS / "camara"
OWN, SHARED = (
    "https://camara/code/API_definitions/own",
    "https://camara/code/common/CAMARA_common.yaml",
)
JSON = "application/json"

Node: TypeAlias = dict[str, Any]


@cache
def read_description() -> dict[str, Node]:
    """Give both files, each under the address by which the other one knows it."""
    if not (FOLDER / "one-time-password-sms.yaml").exists():
        not_tested(
            f"our answers against CAMARA's description, as {FOLDER} is missing",
            "WATCHWORD_SPECS=folder names another place.",
        )
    files = {OWN: "one-time-password-sms.yaml", SHARED: "CAMARA_common.yaml"}
    return {
        where: _placed(yaml.safe_load((FOLDER / file).read_text("utf-8")), where)
        for where, file in files.items()
    }


def assert_as_described(call: str, reply: Response) -> None:
    """Hold the status, the headers and the body of an answer against what is described."""
    told = _told(call, str(reply.status_code))
    _validate(_found(told["headers"]["x-correlator"])["schema"], reply.headers["x-correlator"])
    if "content" not in told:
        assert not reply.content
        return
    assert list(told["content"]) == [JSON]
    assert reply.headers["content-type"] == JSON
    _validate(told["content"][JSON]["schema"], reply.json())


def codes_of(call: str, status: int) -> set[str]:
    """Give the codes that a call is described to refuse with."""
    told = _told(call, str(status))
    codes: list[str] = told["content"][JSON]["schema"]["allOf"][1]["properties"]["code"]["enum"]
    return {*codes}


def _told(call: str, status: str) -> Node:
    """Find what is said of an answer: by the call, or else by all calls of all of their APIs."""
    described = read_description()
    responses = described[OWN]["paths"][f"/{call}"]["post"]["responses"]
    shared: Node = described[SHARED]["components"]["responses"]
    return _found(responses.get(status) or shared[f"Generic{status}"])


def _found(node: Node) -> Node:
    while "$ref" in node:
        where, _, path = node["$ref"].partition("#/")
        node = read_description()[where]
        for part in path.split("/"):
            node = node[part]
    return node


def _placed(part: Any, where: str) -> Any:  # noqa: ANN401 - as deep as it is
    """Let each reference say in which file it leads."""
    if isinstance(part, dict):
        placed = {name: _placed(inner, where) for name, inner in part.items()}
        return placed | {name: urljoin(where, placed[name]) for name in placed if name == "$ref"}
    return [_placed(each, where) for each in part] if isinstance(part, list) else part


def _validate(schema: Node, value: object) -> None:
    registry: Any = referencing.Registry().with_resources(
        (where, referencing.Resource.from_contents(file, default_specification=DRAFT202012))
        for where, file in read_description().items()
    )
    jsonschema.Draft202012Validator(schema, registry=registry).validate(value)
