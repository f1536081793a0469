"""What is done of a batch before anybody is asked about it: rows are judged and sealed.

It is the larger half of the work, and asks for nothing but keys. So with a long file another
process does it, some batches ahead of the one that keeps them.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass

from msgspec.msgpack import Decoder, Encoder

from watchword.features.imports.batches import Batch, Unread, spot_behind
from watchword.features.imports.columns import Plan
from watchword.features.imports.intake.rules import ReadyRow
from watchword.features.imports.intake.service import made_ready
from watchword.features.imports.rows import House, Refusal, Row, judge
from watchword.features.organisations.keys import OrganisationKeys
from watchword.foundation.ids import new_ids

LONG = 6
"""Batches behind which a file is long enough for another process to be begun,"""
ALONE = 8
"""and those that are done here until it has."""
AHEAD = 2
"""Batches that are ready, or are just made so, while one is kept."""

PACK, UNPACK = Encoder(), Decoder(Batch)
"""What crosses. By `pickle`, as pipes do it of themselves, it would take five times as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that is needed to make rows ready: how they are read, and what seals them."""

    plan: Plan
    house: House
    keys: OrganisationKeys
    locale: str
    """Of the organisation."""
    is_trial: bool


def made(recipe: Recipe, unread: Unread) -> Batch:
    """Judge rows, and seal those that can be kept, as if all were new."""
    rows, refusals, draw = list[ReadyRow](), list[Refusal](), new_ids()
    for record in unread.records:
        judged = judge(record, recipe.plan, recipe.house)
        if isinstance(judged, Row):
            rows.append(
                made_ready(recipe.keys, judged, recipe.locale, draw, is_trial=recipe.is_trial)
            )
        elif judged is not None:
            refusals.append(judged)
    return Batch(
        rows=rows,
        refusals=refusals,
        count=len(rows) + len(refusals),
        first_line=unread.records[0].line,
        spot=spot_behind(unread),
    )


def packed(recipe: Recipe, unread: Unread) -> bytes:
    return PACK.encode(made(recipe, unread))


async def made_ahead(
    recipe: Recipe, file: Iterable[Unread], begin: Callable[[], Executor]
) -> AsyncGenerator[Batch, None]:
    """Give the batches of a file in their order, while others are made ready aside.

    `begin` gives whoever does that; a short file needs nobody.
    """
    waiting, aside = deque[asyncio.Task[Batch]](), None
    loop = asyncio.get_running_loop()
    try:
        for number, unread in enumerate(file):
            if number == LONG:
                aside = begin()
                aside.submit(_be_there)
            if aside is None or number < ALONE:
                yield made(recipe, unread)
                continue
            crossing = loop.run_in_executor(aside, packed, recipe, unread)
            waiting.append(asyncio.create_task(_unpacked(crossing)))
            if len(waiting) > AHEAD:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        for each in waiting:
            each.cancel()
        if aside is not None:
            aside.shutdown(cancel_futures=True)


async def _unpacked(crossing: Awaitable[bytes]) -> Batch:
    """Read a batch as soon as it is there: by then the one before may wait for the disk."""
    return UNPACK.decode(await crossing)


def _be_there() -> None:
    """Nothing is to be done yet; whoever does it has begun, and knows the way here."""
