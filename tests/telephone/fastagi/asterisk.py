"""A peer that speaks AGI as Asterisk does, with a caller at the other end who presses keys."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from watchword.telephone.fastagi.rules import Speech
from watchword.telephone.fastagi.sounds import Sounds

GONE, SILENCE = "gone", None
WITHIN = 120.0


@dataclass
class Silent(Sounds):
    """Makes no sounds, and remembers what they were to say."""

    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(Path("sounds"))

    @asynccontextmanager
    async def of(self, speech: Speech, language: str) -> AsyncIterator[str]:
        self.said.append(speech.text)
        yield "sounds/one"


@dataclass
class Asterisk:
    """`keys`: what the caller presses at each question; `#` at the end is the terminator."""

    keys: Iterable[str | None]
    commands: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    async def call(self, port: int, path: str = "bank") -> Sequence[str]:
        """Let somebody call; give the commands that were given for it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        pressed, is_up = iter(self.keys), True
        writer.write(
            f"agi_network: yes\nagi_network_script: {path}\nagi_callerid: 15551230100\n"
            f"agi_language: en\n\n".encode()
        )
        try:
            async with asyncio.timeout(WITHIN):
                while line := (await reader.readline()).decode().rstrip("\n"):
                    self.commands.append(line)
                    reply = "200 result=0"
                    if line.startswith("GET DATA"):
                        key = next(pressed, GONE)
                        is_up = is_up and not (key or "").endswith(GONE)
                        reply = _typed(key)
                    elif line.startswith("CHANNEL STATUS"):
                        reply = "200 result=6" if is_up else "511 Command Not Permitted"
                    elif line.startswith("SET VARIABLE"):
                        _, name, _, value, _ = line.split('"')
                        self.variables[name] = value
                    hung_up = "" if is_up else "HANGUP\n"
                    writer.write(f"{hung_up}{reply}\n".encode())
        except ConnectionResetError:
            pass  # Whoever is not allowed is hung up on in the middle of a word.
        finally:
            writer.close()
        return self.commands


def _typed(key: str | None) -> str:
    if key is SILENCE:
        return "200 result= (timeout)"
    if key.endswith(GONE):
        # As it was seen: what was typed before the hang-up, and no mark of a time-out.
        return f"200 result={key.removesuffix(GONE)}"
    return f"200 result={key.removesuffix('#')}"
