"""Points over HTTP: what an account has, how it came by it, earned by purchases and set right."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from watchword.features.clients.rules import Scope
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.idempotency.rules import OtherBody
from watchword.features.organisations.rules import LocationId
from watchword.features.points.earning.rules import BadTerms, Purchase
from watchword.features.points.ledger import (
    Balance,
    OutOfRange,
    TooFewPoints,
    Transfer,
    change_of,
)
from watchword.features.points.ledger import (
    Kind as TransferKind,
)
from watchword.features.points.verdicts import (
    Adjustment,
    Earned,
    EarnedBefore,
    NotCollecting,
    OtherPurchase,
    OwnAccount,
)
from watchword.features.staff.rules import Reasonless
from watchword.foundation.ids import Id
from watchword.web.api.rewards import Count, Currency
from watchword.web.api.tills import ONCE, needed
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)
PATH = "/v1/accounts/{account_id:uuid}/points"


class NewEarning(Body, frozen=True):
    """A purchase. Money is in the smallest unit of its currency."""

    amount: Count
    currency: Currency
    order_id: Annotated[str, Meta(min_length=1, max_length=64, examples=["2030-4711"])]
    location_id: UUID | None = None


class NewAdjustment(Body, frozen=True):
    """How many points an account is to get, or to lose if that is below nought; and why."""

    points: Annotated[int, Meta(ge=-1_000_000_000, le=1_000_000_000)]
    reason: Annotated[str, Meta(min_length=3, max_length=200, examples=["a slip at the counter"])]


class PointsView(Struct, frozen=True):
    """What an account has."""

    available: int
    reserved: int


class EarningView(PointsView, frozen=True):
    """What a purchase has earned, and what the account has now."""

    points: int
    is_new: bool


class TransferView(Struct, frozen=True):
    """Points that came or went. `change` is what became of what can be spent."""

    id: UUID
    kind: TransferKind
    points: int
    change: int
    redemption_id: UUID | None
    order_id: str | None
    amount: int | None
    location_id: UUID | None
    reason: str | None
    at: datetime


class TransferPage(Struct, frozen=True):
    transfers: list[TransferView]
    cursor: str | None


@get(
    PATH,
    opt={SCOPE: Scope.POINTS_READ},
    summary="Read what an account has",
    responses=problems(Kind.NOT_FOUND),
)
async def read_points(
    account_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> PointsView:
    whose = admitted.client.organisation.id
    balance = await admitted.services.points.read(whose, _id(account_id))
    return PointsView(balance.available, balance.reserved)


@get(
    PATH + "/transfers",
    opt={SCOPE: Scope.POINTS_READ},
    summary="List what came and went, the newest first",
    responses=problems(Kind.NOT_FOUND),
)
async def list_transfers(
    account_id: FromPath[UUID],
    admitted: NamedDependency[Admitted],
    cursor: Cursor = None,
    limit: Limit = USUAL,
) -> TransferPage:
    whose, id = admitted.client.organisation.id, _id(account_id)
    await admitted.services.points.read(whose, id)
    page = await admitted.services.points.history(whose, id, read_cursor(cursor), limit)
    return TransferPage([_transfer(each, id) for each in page.items], write_cursor(page.after))


@post(
    PATH + "/earnings",
    opt={SCOPE: Scope.POINTS_WRITE},
    summary="Tell of a purchase",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.OTHER_PURCHASE, Kind.NOT_COLLECTING),
)
async def earn_points(
    account_id: FromPath[UUID], data: JSONBody[NewEarning], admitted: NamedDependency[Admitted]
) -> EarningView:
    location = None if data.location_id is None else LocationId(Id(int=data.location_id.int))
    purchase = Purchase(
        amount=data.amount, currency=data.currency, order_id=data.order_id, location_id=location
    )
    outcome = await admitted.services.points.earn(admitted.client, _id(account_id), purchase)
    match outcome:
        case Earned(transfer, balance):
            return _earning(transfer, balance, is_new=True)
        case EarnedBefore(transfer, balance):
            return _earning(transfer, balance, is_new=False)
        case OtherPurchase():
            detail = "This order was told before, with another account, amount or location."
            raise Problem(Kind.OTHER_PURCHASE, detail)
        case NotCollecting():
            detail = "All cards of this account are blocked or deleted."
            raise Problem(Kind.NOT_COLLECTING, detail)
        case BadTerms(name, because):
            raise Problem(Kind.MALFORMED, because, more={"field": name})
        case OutOfRange(most):
            raise Problem(Kind.MALFORMED, f"No purchase earns more than {most} points.")


@post(
    PATH + "/adjustments",
    opt={SCOPE: Scope.POINTS_WRITE},
    summary="Set points right",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.TOO_FEW_POINTS, *ONCE),
)
async def adjust_points(
    account_id: FromPath[UUID], data: JSONBody[NewAdjustment], admitted: NamedDependency[Admitted]
) -> PointsView:
    outcome = await admitted.services.points.adjust(
        admitted.client, _id(account_id), data.points, data.reason, needed(admitted)
    )
    match outcome:
        case Adjustment(_, balance):
            return PointsView(balance.available, balance.reserved)
        case TooFewPoints(available):
            detail = "The account has fewer points than are to be taken."
            raise Problem(Kind.TOO_FEW_POINTS, detail, more={"available": available})
        case OutOfRange(most):
            detail = f"It is between -{most} and {most}, and not 0."
            raise Problem(Kind.MALFORMED, detail, more={"field": "points"})
        case Reasonless(because):
            raise Problem(Kind.MALFORMED, because, more={"field": "reason"})
        case OtherBody():
            raise Problem(Kind.OTHER_BODY, "Use a new Idempotency-Key for another request.")
        case OwnAccount():
            raise AssertionError("A key has no account of its own.")


def _earning(transfer: Transfer, balance: Balance, *, is_new: bool) -> EarningView:
    return EarningView(
        available=balance.available,
        reserved=balance.reserved,
        points=transfer.points,
        is_new=is_new,
    )


def _transfer(transfer: Transfer, id: AccountId) -> TransferView:
    return TransferView(
        id=transfer.id,
        kind=transfer.kind,
        points=transfer.points,
        change=change_of(transfer, id),
        redemption_id=transfer.redemption_id,
        order_id=transfer.reference,
        amount=transfer.amount,
        location_id=transfer.location_id,
        reason=transfer.reason,
        at=transfer.at,
    )


def _id(id: UUID) -> AccountId:
    return AccountId(Id(int=id.int))


routes = [read_points, list_transfers, earn_points, adjust_points]
