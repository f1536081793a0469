"""Rewards: what may be had for points."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from watchword.client.acts import Act, Id, place, posting, putting, reading, said
from watchword.client.shapes import Reward, RewardPage

PATH = "/v1/rewards"
ONE = PATH + "/{id}"


def create(
    names: Mapping[str, str],
    *,
    points: int,
    value: int,
    currency: str,
    pos_discount_id: str | None = None,
    locations: Sequence[Id] = (),
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    stock: int | None = None,
    at_least: int | None = None,
    key: str | None = None,
) -> Act[Reward]:
    """Offer something for points. `names` are by language."""
    body = said(
        names=dict(names),
        points=points,
        value=value,
        currency=currency,
        pos_discount_id=pos_discount_id,
        locations=[str(each) for each in locations],
        starts_at=starts_at,
        ends_at=ends_at,
        stock=stock,
        at_least=at_least,
    )
    return posting(PATH, Reward, body, key)


def change(reward: Reward, **otherwise: object) -> Act[Reward]:
    """Change a reward as it was read, such as `change(mug, points=80)` or `state="paused"`."""
    terms = {name: getattr(reward, name) for name in TERMS}
    unknown = otherwise.keys() - terms.keys()
    if unknown:
        raise TypeError(f"A reward has no {', '.join(sorted(unknown))} to change.")
    body = {**terms, **otherwise, "version": reward.version}
    return putting(place(ONE, id=reward.id), Reward, body)


def read(id: Id) -> Act[Reward]:
    return reading(place(ONE, id=id), Reward)


def page(*, limit: int | None = None, cursor: str | None = None) -> Act[RewardPage]:
    return reading(PATH, RewardPage, limit=limit, cursor=cursor)


TERMS = (
    *("names", "points", "value", "currency", "pos_discount_id", "locations"),
    *("starts_at", "ends_at", "stock", "at_least", "state"),
)
"""What may be otherwise."""
