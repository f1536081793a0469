"""What is said, as sound: rendered by espeak-ng, at the rate that telephones have, and kept.

A sound is known by a digest of its words, its voice and its speed, so each is made once. One with
digits of a PIN in it is made anew each time, under a name of chance, and taken away at once.
"""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from watchword.foundation.errors import WatchwordError
from watchword.telephone.fastagi.rules import Speech

VOICES: Final[Mapping[str, str]] = {"de": "de", "en": "en-us"}
SPEED: Final = 145
"""Words in a minute. Espeak's own 175 are too many for a telephone."""
RATE: Final = "8000"
WITHIN: Final = 20.0
"""Seconds for one sound."""
ONCE: Final = "once-"
"""So the names of sounds begin that say a PIN."""
LEFT_BEHIND: Final = 10 * 60.0
"""Seconds. A sound that says a PIN is needed for a minute; an older one is left of a crash."""


class NoSound(WatchwordError):
    """A sound could not be made: espeak-ng or sox is not here, or failed."""


class Sounds:
    """`folder`: where Asterisk reads them. It runs as another user, so all may read there."""

    def __init__(self, folder: Path, *, speed: int = SPEED) -> None:
        self._folder = folder
        self._speed = speed
        self._making = dict[str, asyncio.Lock]()

    @asynccontextmanager
    async def of(self, speech: Speech, language: str) -> AsyncIterator[str]:
        """Give the name of a sound for as long as it is needed: a path without its ending, as AGI
        wants it."""
        if not speech.is_secret:
            yield str(await self._kept(speech, language))
            return
        path = self._folder / f"{ONCE}{secrets.token_hex(16)}"
        try:
            await self._make(speech, language, path)
            yield str(path)
        finally:
            path.with_suffix(".wav").unlink(missing_ok=True)

    def clear(self, now: float) -> int:
        """Take away what a process that died has left of PINs, and count it. `now`: Unix time.

        Others may speak from the same folder: what is younger may be theirs.
        """
        left = [each for each in self._folder.glob(f"{ONCE}*") if _age(each, now) > LEFT_BEHIND]
        for each in left:
            each.unlink(missing_ok=True)
        return len(left)

    async def _kept(self, speech: Speech, language: str) -> Path:
        words = f"{VOICES[language]}\0{self._speed}\0{speech.text}"
        name = hashlib.sha256(words.encode()).hexdigest()[:32]
        path = self._folder / name
        async with self._making.setdefault(name, asyncio.Lock()):
            if not path.with_suffix(".wav").exists():
                await self._make(speech, language, path)
        return path

    async def _make(self, speech: Speech, language: str, path: Path) -> None:
        spoken, made = path.with_suffix(".spoken.wav"), path.with_suffix(".made.wav")
        try:
            # The words go in by a pipe: arguments of a process can be read by everybody.
            speed = ("-v", VOICES[language], "-s", str(self._speed))
            await _run(("espeak-ng", *speed, "-w", str(spoken), "--stdin"), speech.text)
            await _run(("sox", str(spoken), "-r", RATE, "-c", "1", "-b", "16", str(made)))
            made.chmod(0o644)
            made.rename(path.with_suffix(".wav"))
        finally:
            spoken.unlink(missing_ok=True)
            made.unlink(missing_ok=True)


def _age(path: Path, now: float) -> float:
    """Give the seconds since a file was written; none, if it is gone meanwhile."""
    try:
        return now - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


async def _run(program: Sequence[str], written: str = "") -> None:
    try:
        process = await asyncio.create_subprocess_exec(
            *program,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise NoSound(f"Install {program[0]}, or give sounds that were made before.") from None
    try:
        async with asyncio.timeout(WITHIN):
            await process.communicate(written.encode())
    except TimeoutError:
        process.kill()
        await process.wait()
        raise NoSound(f"{program[0]} took too long.") from None
    if process.returncode:
        raise NoSound(f"{program[0]} failed.")
