"""Twilio's own description of its API, held against what we ask of it and how we read it."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import msgspec
import pytest
import referencing
from referencing.jsonschema import DRAFT202012

from tests.not_tested import not_tested
from tests.providers.channels.messages import MESSAGE, SURROUNDINGS
from tests.stand_ins.http_gateway import Answer, Asked, running_gateway
from watchword.features.delivery.rules import Accepted
from watchword.foundation.secret import Secret
from watchword.providers.channels.http_exchange import Reply
from watchword.providers.channels.sms.twilio import Twilio, TwilioSettings, read_reply

ROOT = Path(__file__).parents[3]
SPECS = Path(os.environ.get("WATCHWORD_SPECS") or ROOT.parent / "shared" / "specs")
FILE = SPECS / "twilio" / "twilio_api_v2010_messages_calls_subset.json"
PATH = "/2010-04-01/Accounts/{AccountSid}/Messages.json"

ACCOUNT = "AC" + "0a" * 16
BY_TOKEN = TwilioSettings(account_sid=ACCOUNT, auth_token=Secret("t"), sender="+14155552345")
BY_KEY = TwilioSettings(
    account_sid=ACCOUNT,
    api_key_sid="SK" + "0b" * 16,
    api_key_secret=Secret("s"),
    messaging_service_sid="MG" + "0c" * 16,
)


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    if not FILE.exists():
        not_tested(
            f"our requests against Twilio's description, as {FILE} is missing",
            "WATCHWORD_SPECS=folder names another place.",
        )
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Any])


@pytest.mark.parametrize("settings", [BY_TOKEN, BY_KEY], ids=["token", "key"])
async def test_what_we_ask_is_what_twilio_describes(
    spec: dict[str, Any], settings: TwilioSettings
) -> None:
    asked = await ask(settings)

    create = spec["paths"][PATH]["post"]
    content = create["requestBody"]["content"]
    assert list(content) == [asked.headers["Content-Type"]]
    form = content["application/x-www-form-urlencoded"]["schema"]
    sent = dict(parse_qsl(asked.body.decode(), strict_parsing=True))
    assert sent.keys() <= form["properties"].keys()
    validate(spec, form, {name: typed(form, name, value) for name, value in sent.items()})


async def test_we_ask_where_twilio_listens(spec: dict[str, Any]) -> None:
    asked = await ask(BY_TOKEN)

    (account,) = spec["paths"][PATH]["post"]["parameters"]
    before, after = PATH.split("{AccountSid}")
    assert asked.method == "POST"
    assert asked.path.startswith(before)
    assert asked.path.endswith(after)
    validate(spec, account["schema"], asked.path[len(before) : -len(after)])
    assert spec["paths"][PATH]["servers"][0]["url"] == BY_TOKEN.base_url


async def test_we_prove_who_we_are_as_twilio_describes(spec: dict[str, Any]) -> None:
    asked = await ask(BY_TOKEN)

    (need,) = spec["paths"][PATH]["post"]["security"]
    schemes = [spec["components"]["securitySchemes"][name]["scheme"] for name in need]
    assert schemes == [asked.headers["Authorization"].split()[0].lower()]


def test_every_success_that_twilio_describes_is_understood(spec: dict[str, Any]) -> None:
    responses = spec["paths"][PATH]["post"]["responses"]
    assert list(responses) == ["201"]
    examples = responses["201"]["content"]["application/json"]["examples"]

    for example in examples.values():
        reply = Reply(201, msgspec.json.encode(example["value"]))
        assert read_reply(reply) == Accepted(example["value"]["sid"])


def test_the_id_that_we_keep_is_always_there(spec: dict[str, Any]) -> None:
    responses = spec["paths"][PATH]["post"]["responses"]
    schema = responses["201"]["content"]["application/json"]["schema"]
    message = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]

    assert message["properties"]["sid"]["pattern"] == "^(SM|MM)[0-9a-fA-F]{32}$"


def test_a_message_dies_in_the_queue_within_what_twilio_allows(spec: dict[str, Any]) -> None:
    content = spec["paths"][PATH]["post"]["requestBody"]["content"]
    form = content["application/x-www-form-urlencoded"]["schema"]

    assert "from `1` to `36000`" in form["properties"]["ValidityPeriod"]["description"]


async def ask(settings: TwilioSettings) -> Asked:
    async with running_gateway() as gateway:
        gateway.behave(Answer(status=201, body=b'{"sid": "SM1"}'))
        twilio = Twilio(msgspec.structs.replace(settings, base_url=gateway.url), SURROUNDINGS)
        assert await twilio.send(MESSAGE) == Accepted("SM1")
        await twilio.close()
    assert not urlsplit(gateway.requests[0].path).query
    return gateway.requests[0]


def typed(form: dict[str, Any], name: str, value: str) -> str | int:
    """Read a field of a form, where all is text, as the type that is described."""
    return int(value) if form["properties"][name].get("type") == "integer" else value


def validate(spec: dict[str, Any], schema: dict[str, Any], value: object) -> None:
    resource = referencing.Resource.from_contents(spec, default_specification=DRAFT202012)
    registry = referencing.Registry().with_resource("", resource)
    jsonschema.Draft202012Validator(schema, registry=registry).validate(value)
