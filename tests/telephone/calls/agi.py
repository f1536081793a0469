"""The side of an Asterisk that asks by FastAGI, as the laboratory needs it: to carry out TwiML, and
to tell callers when something is asked.

A caller of sipp hears nothing. So before each question they get a text, and press their keys then:
nobody has to guess how long an answer takes. It is sent in the call itself, by Asterisk.
"""

import asyncio
import time
import wave
from collections.abc import Mapping
from dataclasses import dataclass, field

QUESTION = 'SEND TEXT "question"'
HANGUP = b"HANGUP\n"
UP = "6"
LIMIT = 65_536


@dataclass(frozen=True)
class Entry:
    """Who was asked by which sound, and how many seconds later all of the answer was there."""

    extension: str
    sound: str
    seconds: float

    @property
    def is_cut_in(self) -> bool:
        """Say whether it was there before all was said."""
        with wave.open(f"{self.sound}.wav") as sound:
            length: float = sound.getnframes() / sound.getframerate()
        return self.seconds < length


@dataclass(frozen=True)
class Gathered:
    digits: str = field(repr=False)
    is_late: bool
    """Nothing more came for too long. Else a key or the length has ended it."""


@dataclass
class AgiLine:
    """A line to an Asterisk, apart from ours: so two look at what it says."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    is_gone: bool = False

    async def preface(self) -> Mapping[str, str]:
        told = dict[str, str]()
        while line := (await self.reader.readline()).decode().strip():
            name, _, value = line.removeprefix("agi_").partition(": ")
            told[name] = value
        return told

    async def ask(self, name: str, *arguments: str | int) -> str:
        """Give a command; give what stands behind `result=`."""
        words = [name, *(f'"{each}"' for each in arguments)]
        self.writer.write(f"{' '.join(words)}\n".encode())
        while (line := await self.reader.readline()) == HANGUP:
            self.is_gone = True
        code, _, rest = line.decode().strip().partition(" ")
        if code != "200":
            self.is_gone = True
        return rest.removeprefix("result=")

    async def gathered(self, sound: str, seconds: int, most: int) -> Gathered:
        """Ask for keys, and tell the caller that they are waited for."""
        await self.ask(*QUESTION.replace('"', "").rsplit(" ", 1))
        result = await self.ask("GET DATA", sound, seconds * 1000, most)
        digits, _, mark = result.partition(" ")
        return Gathered(digits if digits != "-1" else "", is_late=mark == "(timeout)")

    async def is_up(self) -> bool:
        return await self.ask("CHANNEL STATUS") == UP and not self.is_gone


@dataclass
class Prompter:
    """Stands between Asterisk and the server that it asks, and passes everything on, each way.

    Before each question it tells the caller that one comes. Nothing else is added.
    """

    port: int
    entries: list[Entry] = field(default_factory=list)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here = await asyncio.open_connection("127.0.0.1", self.port, limit=LIMIT)
        passing = _Passing(self, (reader, writer), here)
        try:
            await asyncio.gather(passing.questions(), passing.answers())
        except ConnectionError:
            pass  # One of them has hung up, which ends it for the other.
        finally:
            writer.close()
            here[1].close()


class _Passing:
    def __init__(
        self,
        prompter: Prompter,
        asterisk: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._prompter = prompter
        self._asterisk, self._server = asterisk, server
        self._told: asyncio.Future[None] | None = None
        self._asked: tuple[str, float] | None = None
        self._extension = ""

    async def questions(self) -> None:
        """Pass on what the server wants of Asterisk."""
        while line := await self._server[0].readline():
            if line.startswith(b"GET DATA"):
                self._told = asyncio.get_running_loop().create_future()
                self._asterisk[1].write(f"{QUESTION}\n".encode())
                await self._told
                self._asked = (line.decode().split('"')[1], time.monotonic())
            self._asterisk[1].write(line)
        self._asterisk[1].close()

    async def answers(self) -> None:
        """Pass on what Asterisk tells the server, but not the answer that only we asked for."""
        while line := await self._asterisk[0].readline():
            if line.startswith(b"agi_extension: "):
                self._extension = line.decode().split()[1]
            if line != HANGUP and self._told is not None:
                self._told.set_result(None)
                self._told = None
                continue
            if line != HANGUP and self._asked is not None:
                sound, at = self._asked
                entry = Entry(self._extension, sound, time.monotonic() - at)
                self._prompter.entries.append(entry)
                self._asked = None
            self._server[1].write(line)
        if self._told is not None:
            self._told.cancel()
        self._server[1].close()
