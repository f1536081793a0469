"""What Twilio does with a call, done by a real Asterisk: TwiML is fetched over HTTP, and played.

Requests are signed by Twilio's own library, over the address that the world knows; they go to the
server on loopback, as a proxy would pass them on. Keys are gathered by Asterisk itself.
"""

import asyncio
import hashlib
import re
import time
import wave
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from httpx import AsyncClient
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from tests.telephone.calls.agi import AgiLine, Entry
from tests.telephone.calls.twiml import NotTwiml, Verb, read
from watchword.telephone.fastagi.rules import Speech
from watchword.telephone.fastagi.sounds import Sounds

ACCOUNT = "AC" + "0" * 32
FORM = "application/x-www-form-urlencoded"
DOCUMENTS_AT_MOST = 60
GOES_ON_AFTER = 5
"""Seconds without a key, where a `Gather` does not say how many."""
ENDS = {"Dial": "transfer", "Hangup": "done", "Reject": "rejected"}
RATE = 8000


@dataclass
class Bridge:
    """`web`: leads to our server. `beside`: where it has a folder of its own. `accesses`: what a
    proxy in front of our server would write down."""

    web: AsyncClient
    public_url: str
    token: str = field(repr=False)
    beside: Path
    accesses: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder = self.beside / "platform"
        self.folder.mkdir()
        self.sounds = Sounds(self.folder)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a call from Asterisk, and carry it to its end. What goes wrong is kept."""
        line = AgiLine(reader, writer)
        try:
            told = await line.preface()
            await CarriedCall(self, line, told).carry()
        except Exception as fault:  # noqa: BLE001 - the claims are told of it
            self.faults.append(f"{type(fault).__name__}: {fault}")
        finally:
            writer.close()

    async def fetch(self, url: str, fields: Mapping[str, str]) -> bytes:
        headers = {
            "Content-Type": FORM,
            "X-Twilio-Signature": RequestValidator(self.token).compute_signature(url, fields),
        }
        path = url.removeprefix(self.public_url)
        reply = await self.web.post(path, content=urlencode(fields), headers=headers)
        self.accesses.append(f'"POST {path} HTTP/1.1" {reply.status_code}')
        if reply.status_code != 200:
            raise NotTwiml(f"The answer was {reply.status_code}.")
        return reply.content


class CarriedCall:
    """One call: what Twilio would know of it, and what it does."""

    def __init__(self, bridge: Bridge, line: AgiLine, told: Mapping[str, str]) -> None:
        self._bridge = bridge
        self._line = line
        self._extension = told["extension"]
        self._path = f"/telephone/twiml/{told['network_script']}"
        self._status = "ringing"
        self._about = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "CallSid": f"CA{uuid4().hex}",
            "Direction": "inbound",
            "From": f"+{told['callerid']}",
            "To": "+15550100100",
        }

    async def carry(self) -> None:
        url, fields = f"{self._bridge.public_url}{self._path}", dict[str, str]()
        for _ in range(DOCUMENTS_AT_MOST):
            told = {**self._about, "CallStatus": self._status, **fields}
            verbs = read(await self._bridge.fetch(url, told))
            then = await self._play(verbs)
            if then is None or self._line.is_gone:
                return
            url, fields = then
        raise NotTwiml("The call does not come to its end.")

    async def _play(self, verbs: Sequence[Verb]) -> tuple[str, dict[str, str]] | None:
        """Do what a document says; give where the next one comes from, and what is told there."""
        for verb in verbs:
            if verb.name != "Reject" and self._status == "ringing":
                await self._line.ask("ANSWER")
                self._status = "in-progress"
            match verb.name:
                case "Say" | "Play" | "Pause":
                    await self._line.ask("STREAM FILE", await self._sound([verb]), "")
                case "Redirect":
                    return verb.text, {}
                case "Gather":
                    if gathered := await self._gather(verb):
                        return verb.attributes["action"], gathered
                case "Dial" | "Hangup" | "Reject":
                    await self._line.ask("SET VARIABLE", "WATCHWORD_TARGET", verb.text)
                    await self._line.ask("SET VARIABLE", "WATCHWORD_OUTCOME", ENDS[verb.name])
                    return None
                case other:
                    raise NotTwiml(f"<{other}> is not carried out.")
        return None  # As at Twilio: behind the last verb the call is over.

    async def _gather(self, gather: Verb) -> dict[str, str] | None:
        """Ask, and give what Twilio tells of it; nothing, if it goes on in the same document."""
        most, sound = gather.number("numDigits", 0), await self._sound(gather.within)
        wait = gather.number("timeout", GOES_ON_AFTER)
        began = time.monotonic()
        reply = await self._line.gathered(sound, wait, most)
        took = time.monotonic() - began
        self._bridge.entries.append(Entry(self._extension, sound, took))
        if not await self._line.is_up():
            # The worst that can be told: half an entry, as if it were a whole one.
            await self._bridge.fetch(
                gather.attributes["action"],
                {**self._about, "CallStatus": "completed", "Digits": reply.digits},
            )
            return None
        if not reply.digits and reply.is_late:
            return {} if gather.attributes.get("actionOnEmptyResult") == "true" else None
        is_ended = not reply.is_late and len(reply.digits) < most
        return {"Digits": reply.digits, **({"FinishedOnKey": "#"} if is_ended else {})}

    async def _sound(self, verbs: Sequence[Verb]) -> str:
        """Make one sound of all that is said in one go: Asterisk gathers keys into one."""
        async with AsyncExitStack() as stack:
            frames = b"".join([await self._part(each, stack) for each in verbs])
        name = hashlib.sha256(frames).hexdigest()[:32]
        joined = self._bridge.folder / f"said-{name}.wav"
        with wave.open(str(joined), "wb") as sound:
            sound.setparams((1, 2, RATE, 0, "NONE", ""))
            sound.writeframes(frames)
        return str(joined.with_suffix(""))

    async def _part(self, verb: Verb, stack: AsyncExitStack) -> bytes:
        match verb.name:
            case "Say":
                speech = Speech(verb.text, is_secret=bool(re.search("[0-9]", verb.text)))
                spoken = self._bridge.sounds.of(speech, verb.attributes["language"][:2])
                path = Path(await stack.enter_async_context(spoken)).with_suffix(".wav")
                once = _frames(path.read_bytes(), path)
            case "Play":
                fetched = await self._bridge.web.get(verb.text)
                path = self._bridge.folder / f"played-{uuid4().hex}.wav"
                once = _frames(fetched.content, path)
            case _:
                once = bytes(2 * RATE * verb.number("length", 1))
        return once * verb.number("loop", 1)


def _frames(content: bytes, path: Path) -> bytes:
    path.write_bytes(content)
    with wave.open(str(path)) as sound:
        frames: bytes = sound.readframes(sound.getnframes())
    return frames
