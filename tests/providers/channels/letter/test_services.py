"""Services that print for us: what they are asked, what their answers mean, what they report.

They are real servers on loopback, which answer as the public documents of each service say.
"""

import base64
import email
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from tests.features.letters.post_room import asked_for, home
from tests.paper import size_of, text_of
from tests.providers.channels.messages import NOW, SURROUNDINGS
from tests.stand_ins.http_gateway import Answer, Fault, Gateway, running_gateway
from tests.whole_house import Dealt
from watchword.features.challenges.shown import Shown
from watchword.features.clients.rules import Client
from watchword.features.delivery.ports import Provider
from watchword.features.delivery.receipts import Callback, NotBelieved, Report, Reported
from watchword.features.delivery.routes import FOLDER
from watchword.features.delivery.rules import (
    Accepted,
    Address,
    Message,
    Receipt,
    Refused,
    Unavailable,
    Uncertain,
)
from watchword.features.templates.rules import group
from watchword.foundation.secret import Secret
from watchword.providers.channels.letter.letterxpress import LetterXpress, LetterXpressSettings
from watchword.providers.channels.letter.lob import Lob, LobSettings
from watchword.providers.channels.letter.pingen import Pingen, PingenSettings
from watchword.wiring import Services

AMERICAN, A4 = (216, 279), (210, 297)
"""Of paper, in millimetres."""
KEY = Secret("a signing key of their own")
TOKEN = Answer(body=b'{"access_token": "granted", "expires_in": 43200, "token_type": "Bearer"}')
CREATED = Answer(status=201, body=b'{"data": {"id": "5c6a1a53", "type": "letters"}}')


@dataclass
class Press:
    """A letter that waits to be sent, and the server of a service."""

    services: Services
    message: Message
    gateway: Gateway
    code: str

    def pingen(self) -> Pingen:
        settings = PingenSettings(
            client_id="us",
            client_secret=Secret("s3cret"),
            organisation="b85c7b52",
            signing_key=KEY,
            base_url=self.gateway.url,
            identity_url=self.gateway.url,
            timeout_seconds=8.0,
        )
        return Pingen(settings, SURROUNDINGS, self.services.letters.letters)

    def lob(self) -> Lob:
        settings = LobSettings(
            api_key=Secret("live_key"),
            sender="adr_1",
            webhook_secret=KEY,
            base_url=self.gateway.url,
            timeout_seconds=2.0,
        )
        return Lob(settings, SURROUNDINGS, self.services.letters.letters)

    def letterxpress(self) -> LetterXpress:
        settings = LetterXpressSettings(
            username="us",
            api_key=Secret("s3cret"),
            base_url=f"{self.gateway.url}/v3",
            timeout_seconds=2.0,
        )
        return LetterXpress(settings, SURROUNDINGS, self.services.letters.letters)

    def upload(self) -> Answer:
        place = {"url": f"{self.gateway.url}/files/1", "url_signature": "signed"}
        return Answer(body=json.dumps({"data": {"attributes": place}}).encode())


@pytest.fixture
async def press(services: Services, shop: Client, dealt: Dealt) -> AsyncIterator[Press]:
    async with running_gateway() as gateway:
        yield Press(services, await waiting(services, shop), gateway, dealt.latest)


async def waiting(services: Services, shop: Client) -> Message:
    opened = await services.challenges.open(shop, asked_for(home("Ann Example")))
    assert isinstance(opened, Shown)
    [queued] = await services.deliveries.claim(FOLDER, 10)
    return await services.deliveries.open(queued)


async def test_letterxpress_gets_the_letter_with_its_sum(press: Press) -> None:
    press.gateway.behave(Answer(body=b'{"status": 200, "message": "OK", "data": {"id": 6035143}}'))
    service = press.letterxpress()

    outcome = await service.send(press.message)
    await service.close()

    [asked] = press.gateway.requests
    said = json.loads(asked.body)
    letter = said["letter"]
    assert outcome == Accepted("6035143")
    assert (asked.method, asked.path) == ("POST", "/v3/printjobs")
    assert asked.headers["Content-Type"] == "application/json"
    assert said["auth"] == {"username": "us", "apikey": "s3cret", "mode": "live"}
    sum_of = hashlib.md5(letter["base64_file"].encode(), usedforsecurity=False).hexdigest()
    assert letter["base64_file_checksum"] == sum_of
    assert letter["specification"] == {"color": "1", "mode": "simplex", "shipping": "auto"}
    file = base64.b64decode(letter["base64_file"])
    assert group(press.code) in text_of(file)
    assert size_of(file) == A4
    assert press.code not in letter["filename_original"]


async def test_pingen_is_signed_in_given_the_file_and_asked_to_send_it_once(press: Press) -> None:
    press.gateway.behave(TOKEN, press.upload(), Answer(), CREATED)
    service = press.pingen()

    outcome = await service.send(press.message)

    token, place, file, letter = press.gateway.requests
    said = json.loads(letter.body)["data"]
    assert outcome == Accepted("5c6a1a53")
    assert (token.method, token.path) == ("POST", "/auth/access-tokens")
    assert b"grant_type=client_credentials" in token.body
    assert (place.method, place.path) == ("GET", "/file-upload")
    assert (file.method, file.path) == ("PUT", "/files/1")
    assert "Authorization" not in file.headers
    assert group(press.code) in text_of(file.body)
    assert letter.path == "/organisations/b85c7b52/letters"
    assert letter.headers["Authorization"] == "Bearer granted"
    assert letter.headers["Content-Type"] == "application/vnd.api+json"
    assert letter.headers["Idempotency-Key"] == str(press.message.id)
    assert said["type"] == "letters"
    assert said["attributes"]["auto_send"] is True
    assert said["attributes"]["file_url_signature"] == "signed"

    press.gateway.behave(press.upload(), Answer(), CREATED)
    assert await service.send(press.message) == Accepted("5c6a1a53")
    assert len(press.gateway.requests) == 7, "it need not sign in again"
    await service.close()


@pytest.mark.parametrize("lost", [0, 1, 2])
async def test_what_fails_before_pingen_prints_can_be_tried_again(press: Press, lost: int) -> None:
    steps = [TOKEN, press.upload(), Answer()]
    for trouble in (Answer(status=500), Answer(status=404), Fault("reset")):
        press.gateway.behave(*steps[:lost], trouble)
        service = press.pingen()
        assert isinstance(await service.send(press.message), Unavailable)
        await service.close()


async def test_pingen_sends_no_file_in_clear_text_to_another_machine(press: Press) -> None:
    place = {"url": "http://files.example.org/1", "url_signature": "signed"}
    elsewhere = Answer(body=json.dumps({"data": {"attributes": place}}).encode())
    press.gateway.behave(TOKEN, elsewhere)
    service = press.pingen()

    assert await service.send(press.message) == Unavailable("no place for the file")
    await service.close()


async def test_lob_gets_the_address_as_data_and_the_letter_as_a_file(press: Press) -> None:
    press.gateway.behave(Answer(body=b'{"id": "ltr_4868c3b754655f90", "object": "letter"}'))
    service = press.lob()

    outcome = await service.send(press.message)
    await service.close()

    [asked] = press.gateway.requests
    head = f"Content-Type: {asked.headers['Content-Type']}\r\n\r\n".encode()
    parts = {
        str(part.get_param("name", header="Content-Disposition")): part.get_payload(decode=True)
        for part in email.message_from_bytes(head + asked.body).walk()
        if not part.is_multipart()
    }
    assert outcome == Accepted("ltr_4868c3b754655f90")
    assert asked.path == "/v1/letters"
    assert asked.headers["Authorization"] == "Basic " + base64.b64encode(b"live_key:").decode()
    assert asked.headers["Idempotency-Key"] == str(press.message.id)
    assert parts["to[name]"] == b"Ann Example"
    assert parts["to[address_zip]"] == b"10115"
    assert parts["use_type"] == b"operational"
    assert parts["address_placement"] == b"insert_blank_page"
    file = parts["file"]
    assert isinstance(file, bytes)
    assert group(press.code) in text_of(file)
    assert size_of(file) == AMERICAN


@pytest.mark.parametrize("name", ["letterxpress", "lob"])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(status=401), Unavailable),
        (Answer(status=402), Unavailable),
        (Answer(status=422), Refused),
        (Answer(status=429, headers={"Retry-After": "3"}), Unavailable),
        (Answer(status=500), Uncertain),
        (Fault("reset"), Uncertain),
        (Answer(body=b"\xff\xfe no JSON"), Accepted),
    ],
)
async def test_what_is_answered_says_what_became_of_the_letter(
    press: Press, name: str, answer: Answer | Fault, kind: type
) -> None:
    press.gateway.behave(answer)
    service = made(press, name)

    assert isinstance(await service.send(press.message), kind)
    await service.close()


@pytest.mark.parametrize("name", ["letterxpress", "lob", "pingen"])
async def test_what_does_not_fit_is_refused_before_anybody_is_asked(
    press: Press, name: str
) -> None:
    wide = Address(home("W" * 80).address.reveal())
    message = replace(press.message, address=wide)
    service = made(press, name)

    assert await service.send(message) == Refused("address does not fit")
    assert press.gateway.requests == []
    await service.close()


@pytest.mark.parametrize("name", ["letterxpress", "lob", "pingen"])
async def test_nothing_of_it_is_kept_here_but_what_it_is_known_by(press: Press, name: str) -> None:
    press.gateway.behave(TOKEN, press.upload(), Answer(), CREATED)
    service = made(press, name)
    await service.send(press.message)
    await service.close()

    async with press.services.storage.reading(press.message.organisation_id) as transaction:
        [row] = await transaction.all("select state, sealed_content from letters")
    assert (row["state"], row["sealed_content"]) == ("handed_over", None)


def made(press: Press, name: str) -> Provider:
    provider: Provider = getattr(press, name)()
    return provider


def pingen_event(kind: str) -> bytes:
    letter = {"data": {"type": "letters", "id": "5c6a1a53"}}
    data = {"type": kind, "id": "309a31e0", "relationships": {"letter": letter}}
    return json.dumps({"data": data}).encode()


def signed(body: bytes, key: Secret = KEY) -> str:
    return hmac.new(key.reveal().encode(), body, "sha256").hexdigest()


def callback(body: bytes, **headers: str) -> Callback:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Callback(method="POST", url="https://codes.example.org/x", headers=named, body=body)


class TestPingenReports:
    @pytest.mark.parametrize(
        ("kind", "report"),
        [
            ("webhook_undeliverable", (Receipt.FAILED, "returned")),
            ("webhook_issues", (Receipt.FAILED, "not printed")),
            ("webhook_delivered", (Receipt.DELIVERED, None)),
        ],
    )
    def test_what_is_signed_is_believed(
        self, press: Press, kind: str, report: tuple[Receipt, str | None]
    ) -> None:
        body = pingen_event(kind)
        heard = press.pingen().read_callback(callback(body, signature=signed(body)))

        receipt, reason = report
        assert heard == Reported((Report(receipt=receipt, reference="5c6a1a53", reason=reason),))

    def test_what_is_not_signed_is_not(self, press: Press) -> None:
        body = pingen_event("webhook_undeliverable")
        for signature in ("", signed(body, Secret("another key altogether")), signed(b"{}")):
            heard = press.pingen().read_callback(callback(body, signature=signature))
            assert heard == NotBelieved("signature")

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b"{}", b'{"data": {"type": "webhook_sent"}}', b"\xff"]
    )
    def test_what_says_nothing_to_us_is_passed_over(self, press: Press, body: bytes) -> None:
        heard = press.pingen().read_callback(callback(body, signature=signed(body)))

        assert heard == Reported()


class TestLobReports:
    BODY = b'{"event_type": {"id": "letter.returned_to_sender"}, "body": {"id": "ltr_1"}}'

    def read(self, press: Press, stamp: str, body: bytes = BODY) -> object:
        signature = signed(stamp.encode() + b"." + body)
        return press.lob().read_callback(
            callback(body, lob_signature=signature, lob_signature_timestamp=stamp)
        )

    def test_a_letter_that_came_back_is_believed_when_it_is_fresh(self, press: Press) -> None:
        stamp = str(int(NOW.timestamp() * 1000))

        assert self.read(press, stamp) == Reported(
            (Report(receipt=Receipt.FAILED, reference="ltr_1", reason="returned"),)
        )

    @pytest.mark.parametrize("stamp", ["", "x", "0", "²", "9" * 40])
    def test_what_is_old_or_no_moment_is_not_believed(self, press: Press, stamp: str) -> None:
        assert self.read(press, stamp) == NotBelieved("too old")

    def test_what_was_signed_for_another_moment_is_not_believed(self, press: Press) -> None:
        stamp = str(int((NOW - timedelta(seconds=1)).timestamp() * 1000))
        heard = press.lob().read_callback(
            callback(
                self.BODY,
                lob_signature=signed(b"1." + self.BODY),
                lob_signature_timestamp=stamp,
            )
        )

        assert heard == NotBelieved("signature")


def test_a_message_shows_no_address(press: Press) -> None:
    assert "Hauptstra" not in repr(replace(press.message))
