"""Redemptions over HTTP: reserved in a sale, committed with the order, released, reversed."""

from datetime import datetime
from typing import Annotated, TypeAlias, assert_never
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from watchword.features.clients.rules import Scope
from watchword.features.idempotency.rules import OtherBody
from watchword.features.redemptions.rules import (
    AlreadySpent,
    BadWord,
    MoreThanLeft,
    NotCommitted,
    OtherOrder,
    OtherReversal,
    Redemption,
    RedemptionId,
    State,
    TooLate,
)
from watchword.features.rewards.rules import MayNotTake, RewardId
from watchword.features.tills.rules import Proof
from watchword.foundation.ids import Id
from watchword.web.api.challenges import refused
from watchword.web.api.rewards import Count
from watchword.web.api.tills import ONCE, UNUSABLE, needed, not_available, session, unusable
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)
REFUSED = (Kind.NOT_FOUND, Kind.REWARD_NOT_AVAILABLE, Kind.CAP_REACHED)
PATH = "/v1/redemptions/{redemption_id:uuid}"

Word: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64, examples=["2030-4711"])]


class NewRedemption(Body, frozen=True):
    """Which reward is put by for the customer of a sale; `amount` is what they buy."""

    session_id: UUID
    reward_id: UUID
    amount: Count | None = None


class NewCommitment(Body, frozen=True):
    """The order for which it is spent; a shop on the web may have none yet."""

    order_id: Word | None = None


class NewRelease(Body, frozen=True):
    """Nothing is to be said."""


class NewReversal(Body, frozen=True):
    """What is given back: so many points, or all that is left. The same reference counts once."""

    reference: Word
    points: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None


class RedemptionView(Struct, frozen=True):
    """What was had for points."""

    id: UUID
    session_id: UUID
    customer_id: UUID
    account_id: UUID
    reward_id: UUID
    state: State
    points: int
    value: int
    currency: str
    reversed: int
    way: Proof
    location_id: UUID | None
    terminal_id: str | None
    staff: str | None
    order_id: str | None
    reserved_at: datetime
    expires_at: datetime
    committed_at: datetime | None
    ended_at: datetime | None


class RedemptionPage(Struct, frozen=True):
    redemptions: list[RedemptionView]
    cursor: str | None


@post(
    "/v1/redemptions",
    opt={SCOPE: Scope.REDEMPTIONS_WRITE},
    summary="Put a reward by for half an hour",
    responses=problems(*WRITTEN, *ONCE, *UNUSABLE, *REFUSED),
)
async def reserve_reward(
    data: JSONBody[NewRedemption], admitted: NamedDependency[Admitted]
) -> RedemptionView:
    made = await admitted.services.redemptions.reserve(
        admitted.client,
        session(data.session_id),
        RewardId(Id(int=data.reward_id.int)),
        data.amount,
        needed(admitted),
    )
    match made:
        case Redemption():
            return redemption_view(made)
        case MayNotTake(why):
            raise not_available(why)
        case OtherBody():
            raise refused(made, admitted.services.storage.now())
        case _:
            raise unusable(made)


@get(
    "/v1/redemptions",
    opt={SCOPE: Scope.REDEMPTIONS_READ},
    summary="List redemptions, the newest first",
    responses=problems(),
)
async def list_redemptions(
    admitted: NamedDependency[Admitted], cursor: Cursor = None, limit: Limit = USUAL
) -> RedemptionPage:
    page = await admitted.services.redemptions.page(
        admitted.client.organisation.id, read_cursor(cursor), limit
    )
    return RedemptionPage([redemption_view(each) for each in page.items], write_cursor(page.after))


@get(
    PATH,
    opt={SCOPE: Scope.REDEMPTIONS_READ},
    summary="Read a redemption",
    responses=problems(Kind.NOT_FOUND),
)
async def read_redemption(
    redemption_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> RedemptionView:
    whose = admitted.client.organisation.id
    return redemption_view(await admitted.services.redemptions.read(whose, _id(redemption_id)))


@post(
    PATH + "/commitments",
    opt={SCOPE: Scope.REDEMPTIONS_WRITE},
    summary="Spend what is put by",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.REDEMPTION_OVER, Kind.OTHER_ORDER),
)
async def commit_redemption(
    redemption_id: FromPath[UUID],
    data: JSONBody[NewCommitment],
    admitted: NamedDependency[Admitted],
) -> RedemptionView:
    done = await admitted.services.redemptions.commit(
        admitted.client, _id(redemption_id), data.order_id
    )
    match done:
        case Redemption():
            return redemption_view(done)
        case OtherOrder():
            raise Problem(Kind.OTHER_ORDER, "One redemption pays for one order. Reserve another.")
        case TooLate(state):
            raise _over(state)
        case BadWord():
            raise _malformed(done)
        case never:
            assert_never(never)


@post(
    PATH + "/releases",
    opt={SCOPE: Scope.REDEMPTIONS_WRITE},
    summary="Give back what is put by",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.ALREADY_SPENT),
)
async def release_redemption(
    redemption_id: FromPath[UUID],
    data: JSONBody[NewRelease],
    admitted: NamedDependency[Admitted],
) -> RedemptionView:
    done = await admitted.services.redemptions.release(admitted.client, _id(redemption_id))
    if isinstance(done, AlreadySpent):
        raise Problem(Kind.ALREADY_SPENT, "Reverse it: POST to /reversals.")
    return redemption_view(done)


@post(
    PATH + "/reversals",
    opt={SCOPE: Scope.REDEMPTIONS_WRITE},
    summary="Give back some of what was spent, or all",
    responses=problems(
        *WRITTEN,
        *(Kind.NOT_FOUND, Kind.NOT_COMMITTED, Kind.MORE_THAN_SPENT),
        *(Kind.OTHER_REVERSAL, Kind.REDEMPTION_OVER),
    ),
)
async def reverse_redemption(
    redemption_id: FromPath[UUID], data: JSONBody[NewReversal], admitted: NamedDependency[Admitted]
) -> RedemptionView:
    done = await admitted.services.redemptions.reverse(
        admitted.client, _id(redemption_id), data.points, data.reference
    )
    match done:
        case Redemption():
            return redemption_view(done)
        case NotCommitted():
            raise Problem(Kind.NOT_COMMITTED, "Release it: POST to /releases.")
        case MoreThanLeft(left):
            detail = f"Of it, {left} points are still spent."
            raise Problem(Kind.MORE_THAN_SPENT, detail, more={"left": left})
        case OtherReversal():
            raise Problem(Kind.OTHER_REVERSAL, "Each reversal has a reference of its own.")
        case TooLate(state):
            raise _over(state)
        case BadWord():
            raise _malformed(done)
        case never:
            assert_never(never)


def redemption_view(redemption: Redemption) -> RedemptionView:
    return RedemptionView(
        **{name: getattr(redemption, name) for name in RedemptionView.__struct_fields__}
    )


def _over(state: State) -> Problem:
    detail = "It was released or reversed, or its half hour is over. Reserve anew."
    return Problem(Kind.REDEMPTION_OVER, detail, more={"state": state})


def _malformed(bad: BadWord) -> Problem:
    problem = {"field": bad.field, "because": bad.because}
    return Problem(Kind.MALFORMED, "A field is not as it has to be.", more={"problems": [problem]})


def _id(id: UUID) -> RedemptionId:
    return RedemptionId(Id(int=id.int))


routes = [
    reserve_reward,
    list_redemptions,
    read_redemption,
    commit_redemption,
    release_redemption,
    reverse_redemption,
]
