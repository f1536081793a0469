"""Races for the last of the money: on SQLite in one process, on PostgreSQL over two pools."""

import asyncio
from collections import Counter
from decimal import Decimal

from tests.features.abuse.starts import HONEST, Watch, a_start, numbered, watching
from tests.stores import MovableTime, found
from watchword.features.abuse.rulesets import Conversion, Ruleset, SendCap, Spend
from watchword.features.organisations.rules import Mode
from watchword.foundation.storage import open_storage

STARTS, PATIENCE = 100, 30.0
CAPPED = Ruleset(
    prefix=(SendCap(most=37, seconds=3600), SendCap(most=60, seconds=86_400)),
    conversion=Conversion(on=False),
    requester=(SendCap(most=90, seconds=3600),),
)
SPENDING = Ruleset(
    prefix=(),
    conversion=Conversion(on=False),
    spend=Spend(per_hour=Decimal("2.00"), per_day=Decimal("3.00"), kept_for_known=0),
)


async def volley(url: str, engine: str, ruleset: Ruleset, time: MovableTime) -> Counter[str]:
    """Ask for all at once, half of them at each of two doors where there are two."""
    async with (
        open_storage(url, patience=PATIENCE, now=time) as one,
        open_storage(url, patience=PATIENCE, now=time) as other,
    ):
        bank = await found(one, mode=Mode.LIVE)
        doors = [watching(one, bank, ruleset)]
        if engine != "sqlite":
            doors.append(watching(other, bank, ruleset))

        async def ask(number: int) -> str:
            door: Watch = doors[number % len(doors)]
            # In an order of its own, so that whoever holds rows in another would wait for ever.
            start = a_start(numbered(HONEST, number), requester=f"{number % 3}", cents=7)
            return (await door.admit(start)).word

        return Counter(await asyncio.gather(*(ask(number) for number in range(STARTS))))


async def test_a_cap_lets_exactly_as_many_through_as_it_says(
    migrated: str, engine: str, time: MovableTime
) -> None:
    assert await volley(migrated, engine, CAPPED, time) == {"admitted": 37, "blocked": 63}


async def test_no_more_is_reserved_than_may_be_spent(
    migrated: str, engine: str, time: MovableTime
) -> None:
    """28 messages cost 1.96, and one more would cost 2.03."""
    assert await volley(migrated, engine, SPENDING, time) == {"admitted": 28, "blocked": 72}
