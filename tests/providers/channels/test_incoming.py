"""What people write to us is read from each provider, and believed from nobody else."""

# ruff: noqa: RUF001 - these are the letters that people write

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels import twilio
from tests.providers.channels.messages import MESSAGE, NOW, SURROUNDINGS
from tests.providers.channels.sms.smpp_account import bound
from tests.providers.channels.sms.test_vonage_reports import SIGNATURE, signed
from tests.providers.channels.test_http_gateway_callbacks import BY_HEADER, SECRET, called, report
from tests.providers.channels.whatsapp import account as meta
from tests.stand_ins.smsc import receipt, running_smsc
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.receipts import (
    Heard,
    Incoming,
    NotBelieved,
    Reported,
    Written,
)
from watchword.features.delivery.rules import Refused
from watchword.foundation.secret import Secret
from watchword.providers.channels.callbacks import read_number
from watchword.providers.channels.http_gateway_callbacks import read_call
from watchword.providers.channels.http_gateway_settings import HttpGatewaySettings, HttpIncoming
from watchword.providers.channels.sms.smpp_pdus import Party, ShortMessage
from watchword.providers.channels.sms.smpp_texts import read_text, write_text
from watchword.providers.channels.sms.vonage import read_callback as read_vonage
from watchword.providers.channels.twilio_account import read_told
from watchword.providers.channels.whatsapp.meta import MetaWhatsapp
from watchword.providers.channels.whatsapp.meta import compose as compose_for_meta
from watchword.providers.channels.whatsapp.twilio import compose as compose_for_twilio

SENDER = "+447700900123"
OK, QUEUE_FULL = 0x00, 0x14


def written(heard: Heard) -> tuple[Channel, str, str, str]:
    assert isinstance(heard, Written)
    [text] = heard.texts
    return text.channel, text.sender, text.text.reveal(), text.reference


BY_TWILIO = {
    "MessageSid": "SM1",
    "SmsStatus": "received",
    "From": SENDER,
    "To": "+14155552345",
    "Body": "STOP",
}


def test_twilio_passes_on_what_somebody_texts() -> None:
    heard = read_told(twilio.SMS, twilio.told(BY_TWILIO), Channel.SMS)

    assert written(heard) == (Channel.SMS, SENDER, "STOP", "SM1")


def test_twilio_passes_on_what_somebody_writes_by_whatsapp() -> None:
    told = twilio.told({**BY_TWILIO, "From": f"whatsapp:{SENDER}"})

    assert written(read_told(twilio.WHATSAPP, told, Channel.WHATSAPP))[:2] == (
        Channel.WHATSAPP,
        SENDER,
    )


def test_what_twilio_has_answered_itself_is_not_answered_again() -> None:
    heard = read_told(twilio.SMS, twilio.told({**BY_TWILIO, "OptOutType": "STOP"}), Channel.SMS)

    assert isinstance(heard, Written)
    assert heard.texts[0].is_answered


@pytest.mark.parametrize("sender", ["", "Bank", "+0", "+4477009001234567", "anonymous"])
def test_whoever_has_no_number_has_written_nothing(sender: str) -> None:
    told = twilio.told({**BY_TWILIO, "From": sender})

    assert read_told(twilio.SMS, told, Channel.SMS) == Reported()


def test_nobody_stops_anything_in_the_name_of_twilio() -> None:
    told = twilio.told(BY_TWILIO, token="wr0ng")  # noqa: S106 - of a stranger

    assert read_told(twilio.SMS, told, Channel.SMS) == NotBelieved("signature")


BY_VONAGE = {
    "channel": "sms",
    "message_uuid": "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab",
    "to": "14155552345",
    "from": "447700900123",
    "timestamp": "2026-03-01T12:00:00Z",
    "message_type": "text",
    "text": "Stopp",
    "sms": {"num_messages": "1", "keyword": "STOPP"},
}


def test_vonage_passes_on_what_somebody_texts() -> None:
    heard = read_vonage(SIGNATURE, signed(msgspec.json.encode(BY_VONAGE)), NOW)

    assert written(heard) == (Channel.SMS, SENDER, "Stopp", BY_VONAGE["message_uuid"])


def test_nobody_stops_anything_in_the_name_of_vonage() -> None:
    body = msgspec.json.encode(BY_VONAGE)
    other = signed(body, secret=Secret("a signature secret of somebody else"))

    assert read_vonage(SIGNATURE, other, NOW) == NotBelieved("signature")
    swapped = replace(signed(body), body=body.replace(b"Stopp", b"Start"))
    assert read_vonage(SIGNATURE, swapped, NOW) == NotBelieved("body not signed")


def by_meta(**changes: object) -> dict[str, Any]:
    message = {
        "from": "447700900123",
        "id": "wamid.9",
        "timestamp": str(int(NOW.timestamp())),
        "type": "text",
        "text": {"body": "STOP"},
        **changes,
    }
    told = meta.document(meta.status("delivered"))
    told["entry"][0]["changes"][0]["value"]["messages"] = [message]
    return told


def hear_meta(**changes: object) -> Heard:
    return MetaWhatsapp(meta.SETTINGS, SURROUNDINGS).read_callback(meta.posted(by_meta(**changes)))


def test_meta_passes_on_what_somebody_writes_beside_what_it_reports() -> None:
    heard = hear_meta()

    assert written(heard) == (Channel.WHATSAPP, SENDER, "STOP", "wamid.9")
    assert isinstance(heard, Written)
    assert len(heard.reports) == 1


def test_a_button_says_what_stands_on_it() -> None:
    assert written(hear_meta(text=None, button={"text": "Stop promotions"}))[2] == "Stop promotions"


@pytest.mark.parametrize(
    "changes",
    [{"text": None}, {"text": {"body": 7}}, {"from": "me"}, {"id": None}, {"timestamp": "1"}],
    ids=["a picture", "a number", "nobody", "no name", "long ago"],
)
def test_of_what_meta_tells_besides_only_reports_are_left(changes: dict[str, object]) -> None:
    assert isinstance(hear_meta(**changes), Reported)


INCOMING = HttpIncoming(
    secret=Secret("incoming-s3cret-of-ours"),
    header="X-Incoming",
    sender_path="message.from",
    text_path="message.text",
    id_path="message.id",
)
GATEWAY = HttpGatewaySettings(
    channel=Channel.SMS,
    url="https://sms.example.org/send",
    body={"to": "{to}", "text": "{text}", "id": "{id}"},
    receipts=BY_HEADER,
    incoming=INCOMING,
)
BY_GATEWAY = {"message": {"from": 447700900123, "text": "arrêt", "id": "77"}}
THEIRS = {"x-incoming": "incoming-s3cret-of-ours"}


def test_a_gateway_passes_on_texts_and_reports_to_one_address() -> None:
    heard = read_call(GATEWAY, called(msgspec.json.encode(BY_GATEWAY), THEIRS))

    assert written(heard) == (Channel.SMS, SENDER, "arrêt", "77")
    reported = read_call(GATEWAY, called(report()))
    assert isinstance(reported, Reported)
    assert len(reported.reports) == 1


def test_who_may_report_may_not_write_for_others_and_the_other_way_round() -> None:
    body = msgspec.json.encode(BY_GATEWAY)

    heard = read_call(GATEWAY, called(body, {"x-hook-secret": SECRET.reveal()}))
    assert heard == Reported()
    assert read_call(GATEWAY, called(report(), THEIRS)) == Reported()
    assert isinstance(read_call(GATEWAY, called(body, {})), NotBelieved)


def test_without_a_name_of_the_gateway_each_telling_is_another_text() -> None:
    incoming = msgspec.structs.replace(INCOMING, id_path=None)
    nameless = msgspec.structs.replace(GATEWAY, incoming=incoming)
    call = called(msgspec.json.encode(BY_GATEWAY), THEIRS)

    assert written(read_call(nameless, call))[3] != written(read_call(nameless, call))[3]


def test_a_signed_text_has_a_name_so_that_nobody_tells_it_again() -> None:
    described = {"secret": "incoming-s3cret-of-ours", "sender_path": "from", "text_path": "text"}
    signed = {**described, "signature_header": "X-Signature"}

    with pytest.raises(msgspec.ValidationError, match=r"needs `incoming\.id_path`"):
        read_incoming(signed)
    assert read_incoming({**signed, "id_path": "id"}).id_path == "id"
    assert read_incoming({**described, "header": "X-Incoming"}).id_path is None


def read_incoming(described: dict[str, str]) -> HttpIncoming:
    return msgspec.convert(described, HttpIncoming, dec_hook=lambda _, text: Secret(text))


@pytest.mark.parametrize("incoming", [None, INCOMING], ids=["none", "described"])
def test_nothing_is_heard_that_nobody_described(incoming: HttpIncoming | None) -> None:
    bare = msgspec.structs.replace(GATEWAY, receipts=None, incoming=incoming)

    assert isinstance(read_call(bare, called(report())), NotBelieved)


@given(some.binary(max_size=300), some.sampled_from([THEIRS, {}]))
def test_no_call_of_a_gateway_is_beyond_understanding(body: bytes, headers: dict[str, str]) -> None:
    read_call(GATEWAY, called(body, headers))


@pytest.mark.parametrize("said", ["447700900123", "+447700900123", "00447700900123"])
def test_a_number_is_one_however_a_provider_spells_it(said: str) -> None:
    assert read_number(said) == SENDER


class Reader:
    """Takes texts, and is away for as often as it is told to."""

    def __init__(self, faults: int = 0) -> None:
        self.texts: list[Incoming] = []
        self.faults = faults
        self.gate = asyncio.Event()
        self.gate.set()

    async def listen(self, texts: Sequence[Incoming]) -> None:
        await self.gate.wait()
        if self.faults:
            self.faults -= 1
            raise OSError("+447700900123 is unknown")
        self.texts += texts


def texted(octets: bytes, coding: int = 0, sender: str = "447700900123") -> ShortMessage:
    return ShortMessage(source=Party(1, 1, sender), octets=octets, data_coding=coding)


async def test_an_smsc_hears_that_a_text_was_taken_when_it_cannot_be_lost_any_more() -> None:
    reader = Reader(faults=1)
    around = replace(SURROUNDINGS, listen=reader.listen)
    async with running_smsc() as smsc, bound(smsc, surroundings=around) as smpp:
        await smpp.send(MESSAGE)

        assert await smsc.deliver(texted(b"STOP")) == QUEUE_FULL
        assert await smsc.deliver(texted(b"STOP")) == OK

    [text] = reader.texts
    assert (text.sender, text.text.reveal()) == (SENDER, "STOP")


async def test_while_a_text_is_taken_in_messages_go_out_and_receipts_come_in() -> None:
    reader = Reader()
    reader.gate.clear()
    around = replace(SURROUNDINGS, listen=reader.listen)
    async with running_smsc() as smsc, bound(smsc, surroundings=around) as smpp:
        await smpp.send(MESSAGE)
        taking = asyncio.create_task(smsc.deliver(texted(b"STOP")))
        await smpp.send(MESSAGE)

        assert await smsc.deliver(receipt("1")) == OK
        assert not taking.done()
        reader.gate.set()
        assert await taking == OK


@pytest.mark.parametrize(
    "message",
    [texted(b"STOP", sender="Bank"), replace(texted(b"STOP"), esm_class=0x10)],
    ids=["of a name", "of a machine"],
)
async def test_what_no_person_has_written_is_let_go_by(message: ShortMessage) -> None:
    reader = Reader()
    around = replace(SURROUNDINGS, listen=reader.listen)
    async with running_smsc() as smsc, bound(smsc, surroundings=around) as smpp:
        await smpp.send(MESSAGE)

        assert await smsc.deliver(message) == OK
    assert reader.texts == []


@given(some.sampled_from(["STOP", "ARRÊT", "Schluß damit", "çık", "停止", "[€] ~ |", "zakończ"]))
def test_a_text_is_read_in_the_alphabet_in_which_it_was_written(text: str) -> None:
    parts = write_text(text, "gsm", "udh", 0)
    assert not isinstance(parts, Refused)
    [part] = parts

    assert read_text(part.octets, part.data_coding, "gsm", has_header=False) == text


def test_of_a_text_in_parts_the_header_is_no_part() -> None:
    assert read_text(b"\x05\x00\x03\x07\x02\x01STOP", 0, "gsm", has_header=True) == "STOP"


@given(some.binary(max_size=200), some.integers(0, 255), some.booleans())
def test_no_text_is_beyond_reading(octets: bytes, coding: int, has_header: bool) -> None:  # noqa: FBT001 - drawn
    read_text(octets, coding, "gsm", has_header=has_header)


ANSWER = replace(MESSAGE, code=None, minutes=0, is_answer=True, text=Secret("No more offers."))


def test_whoever_wrote_by_whatsapp_is_answered_in_words_and_not_by_a_template() -> None:
    asked = compose_for_meta(meta.SETTINGS, ANSWER)
    form = compose_for_twilio(twilio.WHATSAPP, ANSWER, SURROUNDINGS.callbacks, NOW)

    assert isinstance(asked, dict)
    assert asked["type"] == "text"
    assert asked["text"]["body"] == "No more offers."
    assert isinstance(form, dict)
    assert form["Body"] == "No more offers."
    assert "ContentSid" not in form
