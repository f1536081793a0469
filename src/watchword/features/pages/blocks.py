"""What a landing page is made of, block by block, and what cannot stand in one.

Nothing in a block is HTML, and nothing is a placeholder: what somebody types is what is read, to
the letter. In a text, an empty line begins a paragraph, and lines that begin with `- ` are a list.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType, TypeAlias, assert_never
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import Struct

from watchword.features.rewards.rules import RewardId

PictureId = NewType("PictureId", UUID)

BLOCKS_AT_MOST = 30
PICTURES_AT_MOST = 12
HEADING_AT_MOST = 120
TEXT_AT_MOST = 4_000
TITLE_AT_MOST = 120
LABEL_AT_MOST = 40
ALT_AT_MOST = 250
TARGET_AT_MOST = 500
LETTERS_AT_MOST = 20_000
"""Of all blocks in one language together: a page for a telephone is read in a minute."""

JOINERS: Final = frozenset("\u00ad\u200c\u200d")
"""Invisible, and of use: where a word may be parted, and what holds letters or pictures together.
What turns the direction of reading is not among them."""
TARGET = re.compile(r"https://[!-~]+")
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
ODD_IN_TARGETS = frozenset("\\\"'<>`{}|^")
HOST_AT_MOST = 253
HTTPS = 443
NOWHERE_ENDS: Final = frozenset(
    {"arpa", "corp", "home", "internal", "invalid", "lan", "local", "localhost", "onion", "test"}
)
"""Names that end so are nobody's in the public internet (RFC 6761, 6762, 7686, 8375, 9476)."""


class _Block(Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True):
    """Does not print what is in it: nobody is to read it in a log before they pass the gate."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Heading(_Block, frozen=True, tag="heading"):
    text: str


class Text(_Block, frozen=True, tag="text"):
    text: str


class Picture(_Block, frozen=True, tag="picture"):
    """`alt`: what it shows, for whoever does not see it."""

    picture_id: PictureId | None = None
    alt: str = ""


class Offer(_Block, frozen=True, tag="offer"):
    """`reward_id`: what is offered is a reward; then the page says what it costs and until when,
    and redemptions of it are counted beside the campaign."""

    title: str
    text: str = ""
    reward_id: RewardId | None = None


class Button(_Block, frozen=True, tag="button"):
    """Leads to `target`, elsewhere."""

    label: str
    target: str


class Legal(_Block, frozen=True, tag="legal"):
    """Small print: conditions, who is behind it."""

    text: str


Block: TypeAlias = Heading | Text | Picture | Offer | Button | Legal


class BlockKind(StrEnum):
    HEADING = "heading"
    TEXT = "text"
    PICTURE = "picture"
    OFFER = "offer"
    BUTTON = "button"
    LEGAL = "legal"


class Flaw(StrEnum):
    """Why a page cannot be kept, or (the second half) cannot be shown yet."""

    BAD_NAME = "bad_name"
    BAD_LANGUAGE = "bad_language"
    TOO_MANY_BLOCKS = "too_many_blocks"
    TOO_MANY_PICTURES = "too_many_pictures"
    TOO_LONG = "too_long"
    ODD_CHARACTER = "odd_character"
    BAD_TARGET = "bad_target"
    UNKNOWN_PICTURE = "unknown_picture"
    UNKNOWN_REWARD = "unknown_reward"
    UNKNOWN_ZONE = "unknown_zone"
    ENDS_FIRST = "ends_first"
    NO_LANGUAGE = "no_language"
    """There is nothing to be shown in any language."""
    IS_EMPTY = "is_empty"
    NO_PICTURE = "no_picture"
    NO_ALT = "no_alt"
    IS_OVER = "is_over"


@dataclass(frozen=True, slots=True)
class Fault:
    """`where`: the field, as the interface calls it: `name`, `variants.de`, `variants.de.3.text`,
    of which blocks are counted from 1. It tells nothing of what stands there."""

    flaw: Flaw
    where: str


def kind_of(block: Block) -> BlockKind:
    match block:
        case Heading():
            return BlockKind.HEADING
        case Text():
            return BlockKind.TEXT
        case Picture():
            return BlockKind.PICTURE
        case Offer():
            return BlockKind.OFFER
        case Button():
            return BlockKind.BUTTON
        case Legal():
            return BlockKind.LEGAL
    assert_never(block)


def new_block(kind: BlockKind) -> Block:
    """Give a block with nothing in it."""
    match kind:
        case BlockKind.HEADING:
            return Heading("")
        case BlockKind.TEXT:
            return Text("")
        case BlockKind.PICTURE:
            return Picture()
        case BlockKind.OFFER:
            return Offer("")
        case BlockKind.BUTTON:
            return Button("", "")
        case BlockKind.LEGAL:
            return Legal("")
    assert_never(kind)


def faults_of(blocks: Sequence[Block], where: str) -> Iterator[Fault]:
    """Name what cannot be kept in the blocks of one language."""
    if len(blocks) > BLOCKS_AT_MOST:
        yield Fault(Flaw.TOO_MANY_BLOCKS, where)
        return
    if sum(isinstance(each, Picture) for each in blocks) > PICTURES_AT_MOST:
        yield Fault(Flaw.TOO_MANY_PICTURES, where)
    if sum(len(said) for each in blocks for _, said, _ in _fields(each)) > LETTERS_AT_MOST:
        yield Fault(Flaw.TOO_LONG, where)
    for number, block in enumerate(blocks, start=1):
        for name, said, most in _fields(block):
            place = f"{where}.{number}.{name}"
            if len(said) > most:
                yield Fault(Flaw.TOO_LONG, place)
            elif not is_plain(said, lines=name == "text"):
                yield Fault(Flaw.ODD_CHARACTER, place)
        if isinstance(block, Button) and block.target and not is_target(block.target):
            yield Fault(Flaw.BAD_TARGET, f"{where}.{number}.target")


def gaps_of(blocks: Sequence[Block], where: str) -> Iterator[Fault]:
    """Name what is missing before anybody can be shown the blocks of one language."""
    for number, block in enumerate(blocks, start=1):
        place = f"{where}.{number}"
        if isinstance(block, Picture):
            if block.picture_id is None:
                yield Fault(Flaw.NO_PICTURE, f"{place}.picture_id")
            if not block.alt.strip():
                yield Fault(Flaw.NO_ALT, f"{place}.alt")
            continue
        for name, said, _ in _fields(block):
            may_be_empty = isinstance(block, Offer) and name == "text"
            if not said.strip() and not may_be_empty:
                yield Fault(Flaw.IS_EMPTY, f"{place}.{name}")


def pictures_of(blocks: Sequence[Block]) -> set[PictureId]:
    return {each.picture_id for each in blocks if isinstance(each, Picture) and each.picture_id}


def rewards_of(blocks: Sequence[Block]) -> set[RewardId]:
    return {each.reward_id for each in blocks if isinstance(each, Offer) and each.reward_id}


def is_plain(said: str, *, lines: bool = False) -> bool:
    """Say whether all of it can be read, or helps reading. `lines`: whether it may have some."""
    return all(each.isprintable() or each in JOINERS or (lines and each == "\n") for each in said)


def is_target(said: str) -> bool:
    """Say whether a button may lead there: to a named host of the public internet, by TLS, with
    nobody's password in it. What is not clearly so is refused."""
    if len(said) > TARGET_AT_MOST or not TARGET.fullmatch(said) or ODD_IN_TARGETS & {*said}:
        return False
    try:
        parts = urlsplit(said)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    # A password, a port that is left empty: what does not read back as it was written.
    is_whole = parts.netloc.lower() in (host, f"{host}:{HTTPS}") and port in (None, HTTPS)
    is_named = len(host) <= HOST_AT_MOST and HOST.fullmatch(host) is not None
    return is_whole and is_named and host.rpartition(".")[2] not in NOWHERE_ENDS


def _fields(block: Block) -> Sequence[tuple[str, str, int]]:
    """Give what somebody types in a block: its name, what it says, and how long it may be."""
    match block:
        case Heading(text):
            return (("text", text, HEADING_AT_MOST),)
        case Text(text) | Legal(text):
            return (("text", text, TEXT_AT_MOST),)
        case Picture(alt=alt):
            return (("alt", alt, ALT_AT_MOST),)
        case Offer(title, text):
            return (("title", title, TITLE_AT_MOST), ("text", text, TEXT_AT_MOST))
        case Button(label, target):
            return (("label", label, LABEL_AT_MOST), ("target", target, TARGET_AT_MOST))
    assert_never(block)
