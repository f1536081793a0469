"""A month of exceptions at six shops, made up and labelled: what is odd, and what is not."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.stores import NOON
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import LocationId
from watchword.features.redemptions.misuse.rules import Act, Hours, Pattern, Share

BERLIN = ZoneInfo("Europe/Berlin")
DAYS, SHOPS, STAFF, CUSTOMERS = 28, 6, 7, 2500
A_DAY = 60
"""Redemptions of a shop in a day; three in a hundred of them by people without a telephone."""
FORGOTTEN = 0.03
OPENS, CLOSES = 8, 20
HOURS = Hours(zone=BERLIN, opens=OPENS, closes=CLOSES)
MONDAY = NOON.astimezone(BERLIN).replace(hour=0, minute=0, second=0) - timedelta(days=35)


@dataclass
class Month:
    """`planted` says of each pattern which acts make it."""

    chance: random.Random
    acts: list[Act] = field(default_factory=list)
    redemptions: dict[LocationId, int] = field(default_factory=dict)
    planted: list[tuple[Pattern, frozenset[UUID]]] = field(default_factory=list)

    @property
    def odd(self) -> frozenset[UUID]:
        return frozenset(id for _, ids in self.planted for id in ids)

    @property
    def shares(self) -> dict[LocationId, Share]:
        return {
            shop: Share(sum(act.location == shop for act in self.acts), count)
            for shop, count in self.redemptions.items()
        }

    def act(self, shop: int, staff: int, customer: int, at: datetime, *, own: bool = False) -> Act:
        act = Act(
            id=UUID(int=self.chance.getrandbits(128)),
            staff=f"staff:{shop}-{staff}",
            location=shop_id(shop),
            customer=CustomerId(UUID(int=customer + 1)),
            at=at,
            is_own=own,
        )
        self.acts.append(act)
        return act

    def plant(self, pattern: Pattern, acts: Sequence[Act]) -> None:
        self.planted.append((pattern, frozenset(act.id for act in acts)))


def shop_id(shop: int) -> LocationId:
    return LocationId(UUID(int=1000 + shop))


def moment(day: int, hour: float) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour)


def labelled(seed: int) -> Month:
    """Make a month with ten patterns in it, two of each kind."""
    month = Month(random.Random(seed))  # noqa: S311 - made up, and the same each time
    _honest(month)
    chance = month.chance
    for staff, day in ((1, 4), (2, 17)):  # a drawer full of rewards, in a quarter of an hour
        at = [moment(day, 11 + 3 * minute / 60) for minute in range(6)]
        acts = [month.act(0, staff, chance.randrange(CUSTOMERS), each) for each in at]
        month.plant(Pattern.VELOCITY, acts)
    for shop, hour in ((1, 23.2), (2, 5.1)):  # when nobody buys anything
        acts = [
            month.act(shop, 3, chance.randrange(CUSTOMERS), moment(day, hour)) for day in (3, 9, 20)
        ]
        month.plant(Pattern.OFF_HOURS, acts)
    for shop, staff in ((3, 5), (4, 6)):  # always the same friend
        friend = CUSTOMERS + shop
        acts = [month.act(shop, staff, friend, moment(day, 15.5)) for day in (2, 8, 13, 21)]
        month.plant(Pattern.PAIR, acts)
    for shop, day in ((3, 6), (4, 11)):  # their own points
        own = CUSTOMERS + 100 + shop
        month.plant(Pattern.SELF, [month.act(shop, 0, own, moment(day, 12.25), own=True)])
    for shop, extra in ((5, 160), (2, 150)):  # a shop in which nobody asks for codes any more
        acts = [
            month.act(
                shop,
                chance.randrange(STAFF),
                chance.randrange(CUSTOMERS),
                moment(number % DAYS, 8.5 + 11 * chance.random()),
            )
            for number in range(extra)
        ]
        month.redemptions[shop_id(shop)] += extra
        month.plant(Pattern.SHARE, acts)
    return month


def _honest(month: Month) -> None:
    chance = month.chance
    for shop in range(SHOPS):
        month.redemptions[shop_id(shop)] = A_DAY * DAYS
        for day in range(DAYS):
            for _ in range(A_DAY):
                if chance.random() < FORGOTTEN:
                    hour = OPENS + (CLOSES - OPENS) * chance.random()
                    month.act(
                        shop,
                        chance.randrange(STAFF),
                        chance.randrange(CUSTOMERS),
                        moment(day, hour),
                    )
