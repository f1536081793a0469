"""The form of a landing page: blocks one below the other, and buttons that add, move and remove.

Each button sends the form, and the page comes back as it leaves it. Only saving keeps anything.
Fields of a block begin with its number: `3.text`. A block that nobody knows is left out.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from watchword.features.imports.amounts import read_date
from watchword.features.pages.blocks import (
    BLOCKS_AT_MOST,
    Block,
    BlockKind,
    Button,
    Heading,
    Legal,
    Offer,
    Picture,
    PictureId,
    Text,
    new_block,
)
from watchword.features.pages.rules import Terms
from watchword.features.rewards.rules import RewardId
from watchword.foundation.ids import Id
from watchword.web.console.forms import Form, read_version

MIDNIGHT = time()


class Move(StrEnum):
    UP = "up"
    DOWN = "down"
    REMOVE = "remove"


def read_blocks(form: Form) -> tuple[Block, ...]:
    """Read the blocks in the order of the page."""
    kinds = form.all("block")[:BLOCKS_AT_MOST]
    return tuple(
        _block(form, number, BlockKind(kind))
        for number, kind in enumerate(kinds, start=1)
        if kind in {*BlockKind}
    )


def rearranged(blocks: Sequence[Block], pressed: str) -> tuple[Block, ...]:
    """Give the blocks as a button leaves them: `add:heading`, `up:3`."""
    act, _, what = pressed.partition(":")
    after = list(blocks)
    if act == "add" and what in {*BlockKind} and len(after) < BLOCKS_AT_MOST:
        after.append(new_block(BlockKind(what)))
    number = read_version(what)
    if act not in {*Move} or not 1 <= number <= len(after):
        return tuple(after)
    block = after.pop(number - 1)
    match Move(act):
        case Move.UP:
            after.insert(max(0, number - 2), block)
        case Move.DOWN:
            after.insert(number, block)
        case Move.REMOVE:
            pass
    return tuple(after)


def landed(pressed: str, count: int) -> int:
    """Give the number of the block that a button was about, where it stands now; 0 for none."""
    act, _, what = pressed.partition(":")
    if act == "add":
        return count
    number = read_version(what)
    shift = {"up": -1, "down": 1}.get(act)
    return 0 if shift is None else min(max(1, number + shift), count)


def read_terms(form: Form, before: Terms, locale: str) -> tuple[Terms, dict[str, str]]:
    """Read what somebody typed in one language; the others stay. Give what cannot be read, too."""
    zone_name = form.text("zone") or before.zone
    zone, problems = _zone(zone_name), dict[str, str]()
    begins = _moment(form, "from", zone, problems)
    ends = _moment(form, "until", zone, problems)
    if zone is None:
        problems["zone"] = "unknown_zone"
    variants = {**before.variants, locale: read_blocks(form)}
    terms = replace(
        before,
        name=form.text("name"),
        zone=zone_name,
        valid_from=begins,
        valid_until=ends,
        variants={each: blocks for each, blocks in variants.items() if blocks},
    )
    return terms, problems


def written_moment(moment: datetime | None, zone: str) -> tuple[str, str]:
    """Give a day and a time as fields have them."""
    if moment is None:
        return "", ""
    there = moment.astimezone(_zone(zone) or UTC)
    return str(there.date()), there.strftime("%H:%M")


def _moment(
    form: Form, name: str, zone: tzinfo | None, problems: dict[str, str]
) -> datetime | None:
    """Read a day and a time by a clock. Of an hour that comes twice it is the first; one that the
    clock leaves out is as long after the one before as it would have been."""
    day, at = form.text(f"{name}_day"), form.text(f"{name}_time")
    if not day:
        return None
    read, hour = read_date(day), _time(at)
    if read is None or hour is None or not _is_sane(read):
        problems[name] = "no_moment"
        return None
    return datetime.combine(read, hour, zone or UTC).astimezone(UTC)


def _is_sane(day: date) -> bool:
    return 2000 <= day.year <= 2200  # noqa: PLR2004 - so that no clock runs out of years


def _time(written: str) -> time | None:
    try:
        return time.fromisoformat(written).replace(tzinfo=None) if written else MIDNIGHT
    except ValueError:
        return None


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # what is no name of one; what is no zone
        return None


def _block(form: Form, number: int, kind: BlockKind) -> Block:
    def said(name: str) -> str:
        return form.text(f"{number}.{name}")

    match kind:
        case BlockKind.HEADING:
            return Heading(said("text"))
        case BlockKind.TEXT:
            return Text(said("text"))
        case BlockKind.PICTURE:
            return Picture(read_id(said("picture_id")), said("alt"))
        case BlockKind.OFFER:
            reward = read_id(said("reward_id"))
            return Offer(said("title"), said("text"), RewardId(reward) if reward else None)
        case BlockKind.BUTTON:
            return Button(said("label"), said("target"))
        case BlockKind.LEGAL:
            return Legal(said("text"))


def read_id(written: str) -> PictureId | None:
    try:
        return PictureId(Id(str(UUID(written))))
    except ValueError:
        return None
