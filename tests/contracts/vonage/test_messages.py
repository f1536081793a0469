"""What Vonage describes of all its APIs, held against how we ask and how we read.

Its Messages API is not described there, but Verify is: both prove who asks in the same way, and
report faults in the same form.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from tests.not_tested import not_tested
from tests.providers.channels.messages import MESSAGE, SURROUNDINGS
from tests.stand_ins.http_gateway import Answer, Asked, running_gateway
from watchword.features.delivery.rules import Accepted, Refused, Unavailable
from watchword.foundation.secret import Secret
from watchword.providers.channels.http_exchange import Reply
from watchword.providers.channels.sms.vonage import Vonage, VonageSettings, read_reply

ROOT = Path(__file__).parents[3]
SPECS = Path(os.environ.get("WATCHWORD_SPECS") or ROOT.parent / "shared" / "specs")
FOLDER = SPECS / "vonage"
SETTINGS = VonageSettings(api_key="abcd1234", api_secret=Secret("s3cret"), sender="Bank")
PERMANENT, TEMPORARY = {400, 409, 410, 422}, {401, 402, 403, 404, 429}


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    found = sorted(FOLDER.glob("verify_v2*.yml"))
    if not found:
        not_tested(
            f"how Vonage reports faults, as {FOLDER} is missing",
            "WATCHWORD_SPECS=folder names another place.",
        )
    spec: dict[str, Any] = yaml.safe_load(found[0].read_text("utf-8"))
    return spec


async def test_we_ask_the_house_that_vonage_describes(spec: dict[str, Any]) -> None:
    servers = [server["url"] for server in spec["servers"]]

    assert any(url.startswith(f"{SETTINGS.base_url}/") for url in servers)


async def test_we_prove_who_we_are_as_vonage_describes(spec: dict[str, Any]) -> None:
    asked = await ask()

    schemes = {scheme["scheme"] for scheme in spec["components"]["securitySchemes"].values()}
    assert asked.headers["Authorization"].split()[0].lower() in schemes


def test_every_fault_that_vonage_describes_is_understood(spec: dict[str, Any]) -> None:
    described = [*faults(spec)]

    assert {status for status, _ in described} >= {404, 409, 422, 429}
    for status, example in described:
        outcome = read_reply(Reply(status, msgspec.json.encode(example)))
        if status in TEMPORARY:
            assert isinstance(outcome, Unavailable)
        else:
            assert status in PERMANENT
            assert outcome == Refused(f"HTTP {status}")


def test_the_name_of_a_fault_is_behind_an_address_as_we_look_for_it(spec: dict[str, Any]) -> None:
    addresses = [example["type"] for _, example in faults(spec) if "type" in example]

    assert addresses
    assert all(address.startswith("https://") and "/api-errors" in address for address in addresses)
    assert any("#" in address for address in addresses)


def faults(spec: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give each fault with the example that its parts make."""
    for path in spec["paths"].values():
        for method in path.values():
            for status, response in (
                method.get("responses", {}).items() if method_of(method) else ()
            ):
                if int(status) >= 400 and "content" in response:
                    yield int(status), example_of(spec, response["content"]["application/json"])


def method_of(part: object) -> bool:
    return isinstance(part, dict) and "responses" in part


def example_of(spec: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    schema = content["schema"]
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return {
        name: part["example"] for name, part in schema["properties"].items() if "example" in part
    }


async def ask() -> Asked:
    async with running_gateway() as gateway:
        gateway.behave(Answer(status=202, body=b'{"message_uuid": "u-1"}'))
        vonage = Vonage(msgspec.structs.replace(SETTINGS, base_url=gateway.url), SURROUNDINGS)
        assert await vonage.send(MESSAGE) == Accepted("u-1")
        await vonage.close()
    return gateway.requests[0]
