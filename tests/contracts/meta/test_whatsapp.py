"""Meta's own description of its API for WhatsApp, held against what we ask, read and hear."""

import copy
import os
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
import referencing
import yaml
from referencing.jsonschema import DRAFT202012

from tests.not_tested import not_tested
from tests.providers.channels.messages import MESSAGE, SURROUNDINGS
from tests.providers.channels.whatsapp.account import SETTINGS, document, posted, status
from tests.stand_ins.http_gateway import Answer, Asked, running_gateway
from watchword.features.delivery.receipts import Reported
from watchword.features.delivery.rules import Accepted
from watchword.features.templates.rules import LOCALES
from watchword.providers.channels.http_exchange import Reply
from watchword.providers.channels.whatsapp.meta import MetaWhatsapp, read_reply
from watchword.providers.channels.whatsapp.meta_callbacks import RECEIPTS
from watchword.providers.channels.whatsapp.meta_templates import compose

ROOT = Path(__file__).parents[3]
SPECS = Path(os.environ.get("WATCHWORD_SPECS") or ROOT.parent / "shared" / "specs")
FOLDER = SPECS / "meta-whatsapp"
SUBSET, WHOLE = "whatsapp_messages_templates_subset.json", "business-messaging-api_v23.0.yaml"
MESSAGES = "/{Version}/{Phone-Number-ID}/messages"
TEMPLATES = "/{Version}/{WABA-ID}/message_templates"
JSON = "application/json"
MESSAGE_SCHEMA = ("components", "schemas", "TemplateMessage")
WEBHOOK_SCHEMA = ("components", "schemas", "WebhookPayload")
AUTHORIZATION_SCHEMA = ("components", "parameters", "Authorization", "schema")
TEMPLATE_SCHEMA = ("paths", TEMPLATES, "post", "requestBody", "content", JSON, "schema")
COPY_CODE = "Create authentication template w/ OTP copy code button"


@cache
def described(name: str) -> Any:  # noqa: ANN401 - whatever stands there
    file = FOLDER / name
    if not file.exists():
        not_tested(
            f"what we ask of Meta against its description, as {file} is missing",
            "WATCHWORD_SPECS=folder names another place.",
        )
    text = file.read_bytes()
    return yaml.load(text, Loader=yaml.CSafeLoader) if name == WHOLE else msgspec.json.decode(text)


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """Meta's description, without a mistake in it, by which its own examples would be wrong."""
    spec: dict[str, Any] = copy.deepcopy(described(SUBSET))
    index = spec["components"]["schemas"]["TemplateComponent"]["properties"]["index"]
    assert not re.search(index.pop("pattern"), index["example"])
    return spec


async def ask() -> Asked:
    async with running_gateway() as gateway:
        gateway.behave(Answer(body=b'{"messages": [{"id": "wamid.1"}]}'))
        settings = msgspec.structs.replace(SETTINGS, base_url=gateway.url)
        whatsapp = MetaWhatsapp(settings, SURROUNDINGS)
        assert await whatsapp.send(MESSAGE) == Accepted("wamid.1")
        await whatsapp.close()
    return gateway.requests[0]


async def test_what_we_ask_is_what_meta_describes(spec: dict[str, Any]) -> None:
    asked = msgspec.json.decode((await ask()).body)

    schemas = spec["components"]["schemas"]
    validate(spec, MESSAGE_SCHEMA, asked)
    assert {*asked} - {*schemas["BaseMessageProperties"]["properties"]} == {
        "template",
        "biz_opaque_callback_data",  # described for calls alone, and known for messages too
    }
    assert {*asked["template"]} == {*schemas["TemplateObject"]["properties"]}


async def test_we_ask_where_meta_listens(spec: dict[str, Any]) -> None:
    asked = await ask()

    version, number, what = asked.path.strip("/").split("/")
    assert asked.method == "POST"
    assert MESSAGES.endswith(f"/{{Phone-Number-ID}}/{what}")
    assert (version, number) == (SETTINGS.version, SETTINGS.phone_number_id)
    assert described(WHOLE)["info"]["version"] == SETTINGS.version
    assert {one["url"] for one in spec["servers"]} == {SETTINGS.base_url}
    validate(spec, AUTHORIZATION_SCHEMA, asked.headers["Authorization"])
    assert (
        asked.headers["Content-Type"] in spec["paths"][MESSAGES]["post"]["requestBody"]["content"]
    )


def test_every_success_that_meta_describes_is_understood(spec: dict[str, Any]) -> None:
    answer = spec["paths"][MESSAGES]["post"]["responses"]["200"]["content"][JSON]
    understood = 0
    for example in answer["examples"].values():
        told = example["value"]
        if told.get("messages"):
            outcome = read_reply(Reply(200, msgspec.json.encode(told)))
            assert outcome == Accepted(told["messages"][0]["id"])
            understood += 1
    assert understood > 5


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("minutes", [1, 10, 90])
def test_a_template_is_made_as_meta_describes(
    spec: dict[str, Any], language: str, minutes: int
) -> None:
    content = spec["paths"][TEMPLATES]["post"]["requestBody"]["content"][JSON]
    example = content["examples"][COPY_CODE]["value"]

    made = compose(example["name"], language, minutes)

    validate(spec, TEMPLATE_SCHEMA, made)
    assert {*made} == {*example, "message_send_ttl_seconds"}
    assert made["category"] == example["category"]
    assert without_words(example["components"], 10) == without_words(made["components"], minutes)


def without_words(components: list[dict[str, Any]], minutes: int) -> list[dict[str, Any]]:
    """Leave out the caption of the button, which Meta has in each language, and the minutes."""
    body, footer, buttons = copy.deepcopy(components)
    (button,) = buttons["buttons"]
    button.pop("text", None)
    assert footer.pop("code_expiration_minutes") == minutes
    return [body, footer, buttons]


STATUSES = [
    status("sent"),
    status("delivered", pricing={"billable": True, "pricing_model": "PMP"}),
    status("read"),
    status("failed", errors=[{"code": 131026, "title": "Message undeliverable"}]),
]


@pytest.mark.parametrize("told", STATUSES, ids=[one["status"] for one in STATUSES])
def test_what_we_hear_in_tests_is_what_meta_describes(told: object) -> None:
    whole = described(WHOLE)
    validate(whole, WEBHOOK_SCHEMA, document(told))

    heard = MetaWhatsapp(SETTINGS, SURROUNDINGS).read_callback(posted(document(told)))
    assert isinstance(heard, Reported)


def test_every_status_that_meta_describes_is_known_to_us() -> None:
    schema = described(WHOLE)["components"]["schemas"]["Statuses"]

    assert {*RECEIPTS} | {"sent"} == {*schema["properties"]["status"]["enum"]}
    assert {"id", "status", "timestamp"} <= {*schema["required"]}


def test_a_message_that_meta_would_not_take_is_noticed(spec: dict[str, Any]) -> None:
    wrong = {"messaging_product": "whatsapp", "to": "1", "type": "text", "text": {"body": "1"}}

    with pytest.raises(jsonschema.ValidationError):
        validate(spec, MESSAGE_SCHEMA, wrong)


def validate(spec: dict[str, Any], steps: Sequence[str], value: object) -> None:
    """Hold something against the schema to which steps through the description lead."""
    resource = referencing.Resource.from_contents(spec, default_specification=DRAFT202012)
    registry = referencing.Registry().with_resource("urn:meta", resource)
    pointer = "/".join(step.replace("/", "~1") for step in steps)
    schema = {"$ref": f"urn:meta#/{pointer}"}
    jsonschema.Draft202012Validator(schema, registry=registry).validate(value)
