"""Text messages and WhatsApp, held against Twilio's own description of its API."""

from typing import Any

import msgspec
import pytest

from tests.contracts.twilio.description import (
    answers_of,
    assert_as_described,
    form_of,
    named,
    read_description,
)
from tests.providers.channels.messages import MESSAGE, SURROUNDINGS
from tests.providers.channels.twilio import KEY, SERVICE, SMS, WHATSAPP
from tests.stand_ins.http_gateway import Answer, Asked, running_gateway
from watchword.features.delivery.rules import Accepted
from watchword.foundation.secret import Secret
from watchword.providers.channels.http_exchange import Reply
from watchword.providers.channels.sms.twilio import Twilio, TwilioSettings
from watchword.providers.channels.twilio_account import RECEIPTS, read_reply
from watchword.providers.channels.whatsapp.twilio import TwilioWhatsapp, TwilioWhatsappSettings

PATH = "/2010-04-01/Accounts/{AccountSid}/Messages.json"

BY_KEY = msgspec.structs.replace(
    SMS,
    auth_token=None,
    api_key_sid=KEY,
    api_key_secret=Secret("s"),
    sender=None,
    messaging_service_sid=SERVICE,
)
WHATSAPP_SERVICE = msgspec.structs.replace(WHATSAPP, sender=None, messaging_service_sid=SERVICE)
ON_ITS_WAY = {"queued", "sending", "sent", "accepted", "scheduled", "partially_delivered"}
OF_OTHERS = {"receiving", "received"}


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    return read_description()


@pytest.mark.parametrize(
    "settings",
    [SMS, BY_KEY, WHATSAPP, WHATSAPP_SERVICE],
    ids=["token", "key", "whatsapp", "whatsapp by a service"],
)
async def test_what_we_ask_is_what_twilio_describes(
    spec: dict[str, Any], settings: TwilioSettings | TwilioWhatsappSettings
) -> None:
    assert_as_described(spec, PATH, await ask(settings))


def test_every_success_that_twilio_describes_is_understood(spec: dict[str, Any]) -> None:
    for example in answers_of(spec, PATH)["examples"].values():
        reply = Reply(201, msgspec.json.encode(example["value"]))
        assert read_reply(reply) == Accepted(example["value"]["sid"])


def test_the_id_that_we_keep_is_always_there(spec: dict[str, Any]) -> None:
    message = named(spec, answers_of(spec, PATH)["schema"])

    assert message["properties"]["sid"]["pattern"] == "^(SM|MM)[0-9a-fA-F]{32}$"


def test_a_message_dies_in_the_queue_within_what_twilio_allows(spec: dict[str, Any]) -> None:
    period = form_of(spec, PATH)["properties"]["ValidityPeriod"]

    assert "from `1` to `36000`" in period["description"]


def test_every_status_of_a_message_is_known_to_us(spec: dict[str, Any]) -> None:
    statuses = spec["components"]["schemas"]["message_enum_status"]["enum"]

    assert {*RECEIPTS} == {*statuses} - ON_ITS_WAY - OF_OTHERS
    assert {*statuses} >= ON_ITS_WAY | OF_OTHERS


async def ask(settings: TwilioSettings | TwilioWhatsappSettings) -> Asked:
    async with running_gateway() as gateway:
        gateway.behave(Answer(status=201, body=b'{"sid": "SM1"}'))
        chosen = msgspec.structs.replace(settings, base_url=gateway.url)
        provider = (
            Twilio(chosen, SURROUNDINGS)
            if isinstance(chosen, TwilioSettings)
            else TwilioWhatsapp(chosen, SURROUNDINGS)
        )
        assert await provider.send(MESSAGE) == Accepted("SM1")
        await provider.close()
    return gateway.requests[0]
