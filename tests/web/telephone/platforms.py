"""Two platforms of telephones: each fetches documents, plays them, and sends what a caller presses.

They carry out as much of TwiML and of VoiceXML 2.1 as our documents have, and refuse the rest.
"""

import asyncio
import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin
from uuid import uuid4
from xml.etree import ElementTree as ET

from httpx import AsyncClient, Response

GONE, SILENCE = "gone", None
FORM = "application/x-www-form-urlencoded"
TURNS_AT_MOST = 60
HELD, A_MOMENT = "held=1", 0.05  # in seconds; silence is played for longer


@dataclass
class Played:
    """What came of a call, and each request that was sent for it."""

    ended: str | None = None
    target: str | None = None
    said: list[str] = field(default_factory=list)
    sent: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    replies: list[Response] = field(default_factory=list)


async def _hold(url: str) -> None:
    """Leave a turn some time that is still being thought about, as a platform does."""
    if HELD in url:
        await asyncio.sleep(A_MOMENT)


@dataclass
class Twilio:
    """`public_url` and `token`: what a signature is made with."""

    client: AsyncClient
    public_url: str
    token: str
    sid: str = field(default_factory=lambda: f"CA{uuid4().hex}")
    played: Played = field(default_factory=Played)

    async def call(self, slug: str, keys: Iterable[str | None]) -> Played:
        pressed = iter(keys)
        url = f"{self.public_url}/telephone/twiml/{slug}"
        fields: Mapping[str, str] = {}
        for _ in range(TURNS_AT_MOST):
            reply = await self.ask(url, fields)
            assert reply.status_code == 200, reply.text
            then, fields = self._play(ET.fromstring(reply.content), pressed)  # noqa: S314 - our own
            if then is None:
                return self.played
            url = then
            await _hold(url)
        raise AssertionError("The call does not come to its end.")

    async def ask(
        self, url: str, fields: Mapping[str, str], *, signature: str | None = None
    ) -> Response:
        told = {"CallSid": self.sid, "CallStatus": "in-progress", "From": "+15551230100", **fields}
        signed = url + "".join(name + told[name] for name in sorted(told))
        mac = hmac.digest(self.token.encode(), signed.encode(), "sha1")
        ours = b64encode(mac).decode()
        headers = {
            "Content-Type": FORM,
            "X-Twilio-Signature": ours if signature is None else signature,
        }
        path = url.removeprefix(self.public_url)
        self.played.sent.append((url, fields))
        reply = await self.client.post(path, content=urlencode(told), headers=headers)
        self.played.replies.append(reply)
        return reply

    def _play(
        self, response: ET.Element, pressed: Iterable[str | None]
    ) -> tuple[str | None, Mapping[str, str]]:
        for verb in response:
            match verb.tag:
                case "Say":
                    self.played.said.append(verb.text or "")
                case "Pause":
                    pass
                case "Redirect":
                    return verb.text, {}
                case "Gather":
                    self.played.said += [each.text or "" for each in verb]
                    return verb.attrib["action"], _gathered(verb, next(iter(pressed), GONE))
                case "Dial":
                    self.played.ended, self.played.target = "dial", verb.text
                    return None, {}
                case "Hangup":
                    self.played.ended = "hangup"
                    return None, {}
                case other:
                    raise AssertionError(other)
        raise AssertionError("The document has no end.")


def _gathered(gather: ET.Element, keys: str | None) -> Mapping[str, str]:
    if keys == GONE:
        return {"CallStatus": "completed", "Digits": "12"}
    if keys is SILENCE:
        return {}
    digits = keys.partition("#")[0][: int(gather.attrib["numDigits"])]
    return {"Digits": digits, "FinishedOnKey": "#" if "#" in keys else ""}


@dataclass
class Browser:
    """A VoiceXML platform, with the login that it was given."""

    client: AsyncClient
    login: tuple[str, str]
    played: Played = field(default_factory=Played)

    async def call(self, slug: str, keys: Iterable[str | None]) -> Played:
        pressed, base = iter(keys), f"/telephone/voicexml/{slug}"
        reply = await self.client.get(base, auth=self.login)
        for _ in range(TURNS_AT_MOST):
            assert reply.status_code == 200, reply.text
            document = ET.fromstring(_plain(reply.text))  # noqa: S314 - our own
            form = document.find("form")
            assert form is not None
            submit, fields = self._interpret(form, pressed)
            if submit is None:
                return self.played
            assert submit.attrib["method"] == "post"
            base = urljoin(base, submit.attrib["next"])
            await _hold(base)
            reply = await self.ask(base, fields)
        raise AssertionError("The call does not come to its end.")

    async def ask(self, url: str, fields: Mapping[str, str]) -> Response:
        headers = {"Content-Type": FORM}
        self.played.sent.append((url, fields))
        reply = await self.client.post(
            url, content=urlencode(fields), headers=headers, auth=self.login
        )
        self.played.replies.append(reply)
        return reply

    def _interpret(
        self, form: ET.Element, pressed: Iterable[str | None]
    ) -> tuple[ET.Element | None, Mapping[str, str]]:
        """Visit the items of a form in their order, until something is sent or the call ends."""
        for item in form:
            match item.tag:
                case "var" | "catch":
                    pass
                case "block":
                    self._hear(item)
                    if item.find("disconnect") is not None:
                        self.played.ended = "disconnect"
                        return None, {}
                    submit = item.find("submit")
                    if submit is not None:
                        return submit, _named(submit, {"caller": "tel:+15551230100"})
                case "transfer":
                    self.played.ended, self.played.target = "transfer", item.attrib["dest"]
                    return None, {}
                case "field":
                    self._hear(item)
                    return _filled(form, item, next(iter(pressed), GONE))
                case other:
                    raise AssertionError(other)
        raise AssertionError("The document has no end.")

    def _hear(self, item: ET.Element) -> None:
        self.played.said += ["".join(each.itertext()) for each in item.findall("prompt")]


def _filled(
    form: ET.Element, item: ET.Element, keys: str | None
) -> tuple[ET.Element, Mapping[str, str]]:
    most = int(item.find("grammar/rule/item").attrib["repeat"].partition("-")[2])  # type: ignore[union-attr]
    if keys == GONE:
        event, known = form.find("catch[@event='connection.disconnect']"), {"gone": "1"}
    elif keys is SILENCE:
        event, known = item.find("noinput"), {}
    elif 1 <= len(keys.partition("#")[0]) <= most:
        # As platforms do that give each key as a word of its own.
        event, known = item.find("filled"), {"digits": " ".join(keys.partition("#")[0])}
    else:
        event, known = item.find("nomatch"), {}
    assert event is not None
    submit = event.find("submit")
    assert submit is not None
    return submit, _named(submit, known)


def _named(submit: ET.Element, known: Mapping[str, str]) -> Mapping[str, str]:
    return {name: known[name] for name in submit.attrib["namelist"].split()}


def _plain(document: str) -> str:
    """Leave out the namespace, so that elements have their plain names."""
    return document.replace(' xmlns="http://www.w3.org/2001/vxml"', "")
