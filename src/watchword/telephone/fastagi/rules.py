"""What of a dialogue becomes which command, and how what was typed is understood."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from watchword.features.activation.dialogue.steps import (
    Ask,
    EndedBy,
    Event,
    NothingTyped,
    Say,
    read_keys,
)
from watchword.features.activation.prompts.rules import read_out
from watchword.telephone.fastagi.protocol import Reply

PATH = re.compile(r"/?(?P<slug>[a-z0-9][a-z0-9-]{0,62})(?:/(?P<profile>[0-9a-f-]{36}))?/?")
TIMED_OUT = "timeout"


@dataclass(frozen=True, slots=True)
class Called:
    """Whose line is called: `agi://…/SLUG` or `agi://…/SLUG/PROFILE`."""

    slug: str
    profile_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Speech:
    """What is said in one go. Of secret digits no sound is kept."""

    text: str = field(repr=False)
    is_secret: bool = False


def read_path(path: str) -> Called | None:
    found = PATH.fullmatch(path)
    if found is None:
        return None
    try:
        profile = None if found["profile"] is None else UUID(found["profile"])
    except ValueError:
        return None
    return Called(found["slug"], profile)


def speech_of(says: Sequence[Say], language: str) -> Speech:
    """Put together what is said in one go: whoever knows it types into all of it."""
    text = " ".join(read_out(say, language) for say in says)
    return Speech(text, any(say.digits is not None for say in says))


def typed_of(ask: Ask, reply: Reply) -> Event:
    """Understand what `GET DATA` has brought of a caller who is still there."""
    digits = reply.result.reveal()
    if reply.data == TIMED_OUT:
        ended_by = EndedBy.TIMEOUT
    else:
        ended_by = EndedBy.LENGTH if len(digits) == ask.most else EndedBy.TERMINATOR
    if not digits and ended_by is EndedBy.TIMEOUT:
        return NothingTyped()
    return read_keys(digits, ended_by) or NothingTyped()
