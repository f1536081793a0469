"""Calls, held against Twilio's own description of its API."""

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
from tests.providers.channels.messages import SURROUNDINGS
from tests.providers.channels.twilio import CALLED, VOICE
from tests.stand_ins.http_gateway import Answer, running_gateway
from watchword.features.delivery.rules import Accepted
from watchword.providers.channels.http_exchange import Reply
from watchword.providers.channels.twilio_account import read_reply
from watchword.providers.channels.voice.twilio import ENDED, TwilioVoice

PATH = "/2010-04-01/Accounts/{AccountSid}/Calls.json"
GOING_ON = {"queued", "ringing", "in-progress"}


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    return read_description()


@pytest.mark.parametrize("machine_detection", [False, True])
async def test_what_we_ask_is_what_twilio_describes(
    spec: dict[str, Any],
    machine_detection: bool,  # noqa: FBT001 - a case
) -> None:
    async with running_gateway() as gateway:
        gateway.behave(Answer(status=201, body=b'{"sid": "CA1"}'))
        settings = msgspec.structs.replace(
            VOICE, base_url=gateway.url, machine_detection=machine_detection
        )
        voice = TwilioVoice(settings, SURROUNDINGS)
        assert await voice.send(CALLED) == Accepted("CA1", asks_for_words=True)
        await voice.close()

    assert_as_described(spec, PATH, gateway.requests[0])


def test_every_success_that_twilio_describes_is_understood(spec: dict[str, Any]) -> None:
    for example in answers_of(spec, PATH)["examples"].values():
        reply = Reply(201, msgspec.json.encode(example["value"]))
        assert read_reply(reply) == Accepted(example["value"]["sid"])


def test_the_id_that_we_keep_is_always_there(spec: dict[str, Any]) -> None:
    call = named(spec, answers_of(spec, PATH)["schema"])

    assert call["properties"]["sid"]["pattern"] == "^CA[0-9a-fA-F]{32}$"


def test_every_end_of_a_call_is_known_to_us(spec: dict[str, Any]) -> None:
    assert {*ENDED} == {*spec["components"]["schemas"]["call_enum_status"]["enum"]} - GOING_ON


def test_twilio_comes_for_the_words_and_reports_the_end_without_being_told_to(
    spec: dict[str, Any],
) -> None:
    fields = form_of(spec, PATH)["properties"]

    assert "URL that returns the TwiML" in fields["Url"]["description"]
    assert "we will send the `completed` status" in fields["StatusCallback"]["description"]
    assert "`Enable`" in fields["MachineDetection"]["description"]
