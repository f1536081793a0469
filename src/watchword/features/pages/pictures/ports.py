"""What pictures ask of the outside: somebody who opens them, and draws them anew."""

from collections.abc import Sequence
from typing import Protocol

from watchword.features.pages.pictures.rules import NoPicture, Print, Seen


class Darkroom(Protocol):
    async def develop(
        self, content: bytes, seen: Seen, widths: Sequence[int]
    ) -> tuple[Print, ...] | NoPicture:
        """Draw a picture anew in several widths, and nothing of it that is not seen: no place where
        it was taken, no name of a camera. What it does it does elsewhere, in bounds of time and
        memory: pictures are made by strangers."""
