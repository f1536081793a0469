"""Rewards over HTTP: what may be had for points, offered, changed, paused and ended."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct, field

from watchword.features.clients.rules import Scope
from watchword.features.idempotency.rules import OtherBody
from watchword.features.organisations.rules import LocationId
from watchword.features.rewards.rules import (
    LOCATIONS_AT_MOST,
    BadOffer,
    Offer,
    Refused,
    Reward,
    RewardEnded,
    RewardId,
    RewardOutOfDate,
    RewardState,
    TooManyRewards,
)
from watchword.foundation.ids import Id
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)

Count: TypeAlias = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Currency: TypeAlias = Annotated[str, Meta(min_length=3, max_length=3, examples=["EUR"])]
Locations: TypeAlias = Annotated[list[UUID], Meta(max_length=LOCATIONS_AT_MOST)]
Names: TypeAlias = Annotated[
    dict[str, str], Meta(min_length=1, max_length=20, examples=[{"en": "Mug", "de": "Becher"}])
]
DiscountId: TypeAlias = Annotated[str, Meta(max_length=64, examples=["MUG-1"])]


class NewReward(Body, frozen=True, kw_only=True):
    """What is offered for points. Money is in the smallest unit of its currency."""

    names: Names
    points: Count
    value: Count
    currency: Currency
    pos_discount_id: DiscountId | None = None
    locations: Locations = field(default_factory=list)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    stock: Count | None = None
    at_least: Count = 0


class RewardChange(NewReward, frozen=True, kw_only=True):
    """A reward as it is to be from now on. `version` is the one that you have read."""

    version: Annotated[int, Meta(ge=1)]
    state: RewardState = RewardState.ACTIVE


class RewardView(Struct, frozen=True):
    """A reward."""

    id: UUID
    names: dict[str, str]
    points: int
    value: int
    currency: str
    pos_discount_id: str | None
    locations: list[UUID]
    starts_at: datetime | None
    ends_at: datetime | None
    stock: int | None
    left: int | None
    at_least: int
    state: RewardState
    version: int
    created_at: datetime
    updated_at: datetime


class RewardPage(Struct, frozen=True):
    rewards: list[RewardView]
    cursor: str | None


@get(
    "/v1/rewards",
    opt={SCOPE: Scope.REWARDS_READ},
    summary="List rewards, the newest first",
    responses=problems(),
)
async def list_rewards(
    admitted: NamedDependency[Admitted], cursor: Cursor = None, limit: Limit = USUAL
) -> RewardPage:
    page = await admitted.services.rewards.page(
        admitted.client.organisation.id, read_cursor(cursor), limit
    )
    return RewardPage([reward_view(each) for each in page.items], write_cursor(page.after))


@post(
    "/v1/rewards",
    opt={SCOPE: Scope.REWARDS_WRITE},
    summary="Offer a new reward",
    responses=problems(*WRITTEN, Kind.TOO_MANY_OFFERS, Kind.OTHER_BODY),
)
async def create_reward(
    data: JSONBody[NewReward], admitted: NamedDependency[Admitted]
) -> RewardView:
    made = await admitted.services.rewards.create(admitted.client, _offer(data), admitted.once)
    return _shown(made)


@get(
    "/v1/rewards/{reward_id:uuid}",
    opt={SCOPE: Scope.REWARDS_READ},
    summary="Read a reward",
    responses=problems(Kind.NOT_FOUND),
)
async def read_reward(reward_id: FromPath[UUID], admitted: NamedDependency[Admitted]) -> RewardView:
    whose = admitted.client.organisation.id
    return reward_view(await admitted.services.rewards.find(whose, _id(reward_id)))


@put(
    "/v1/rewards/{reward_id:uuid}",
    opt={SCOPE: Scope.REWARDS_WRITE},
    summary="Change, pause or end a reward",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.STALE_OFFER, Kind.OFFER_ENDED),
)
async def change_reward(
    reward_id: FromPath[UUID], data: JSONBody[RewardChange], admitted: NamedDependency[Admitted]
) -> RewardView:
    changed = await admitted.services.rewards.change(
        admitted.client, _id(reward_id), _offer(data), data.version, data.state
    )
    return _shown(changed)


def reward_view(reward: Reward) -> RewardView:
    return RewardView(
        id=reward.id,
        names=dict(reward.names),
        points=reward.points,
        value=reward.value,
        currency=reward.currency,
        pos_discount_id=reward.pos_discount_id,
        locations=sorted(reward.locations),
        starts_at=reward.starts_at,
        ends_at=reward.ends_at,
        stock=reward.stock,
        left=reward.left,
        at_least=reward.at_least,
        state=reward.state,
        version=reward.version,
        created_at=reward.created_at,
        updated_at=reward.updated_at,
    )


def stale(version: int) -> Problem:
    detail = "Somebody has changed this since you read it. Read it again."
    return Problem(Kind.STALE_OFFER, detail, more={"version": version})


def moment(said: datetime | None, name: str) -> datetime | None:
    """Refuse a moment that does not say in which part of the world."""
    if said is not None and said.tzinfo is None:
        detail = "A moment says its offset from UTC: 2030-01-01T12:00:00Z."
        raise Problem(Kind.MALFORMED, detail, more={"field": name})
    return said


def _shown(outcome: Reward | Refused | OtherBody) -> RewardView:
    match outcome:
        case Reward():
            return reward_view(outcome)
        case BadOffer(name, because):
            raise Problem(Kind.MALFORMED, because, more={"field": name})
        case RewardOutOfDate(version):
            raise stale(version)
        case RewardEnded():
            raise Problem(Kind.OFFER_ENDED, "It is over for good. Offer a new one.")
        case TooManyRewards(most):
            raise Problem(Kind.TOO_MANY_OFFERS, f"There are {most} rewards. End one before.")
        case OtherBody():
            raise Problem(Kind.OTHER_BODY, "Use a new Idempotency-Key for another request.")


def _offer(data: NewReward) -> Offer:
    return Offer(
        names=data.names,
        points=data.points,
        value=data.value,
        currency=data.currency,
        pos_discount_id=data.pos_discount_id,
        locations=frozenset(LocationId(Id(int=each.int)) for each in data.locations),
        starts_at=moment(data.starts_at, "starts_at"),
        ends_at=moment(data.ends_at, "ends_at"),
        stock=data.stock,
        at_least=data.at_least,
    )


def _id(id: UUID) -> RewardId:
    return RewardId(Id(int=id.int))


routes = [list_rewards, create_reward, read_reward, change_reward]
