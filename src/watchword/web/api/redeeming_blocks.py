"""Who may collect points and not redeem them, over HTTP: those who work here, mostly."""

from datetime import datetime
from typing import Annotated, TypeAlias, assert_never
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from watchword.features.clients.rules import Scope
from watchword.features.contacts.rules import ContactId
from watchword.features.idempotency.rules import OtherBody
from watchword.features.rewards.blocklist.rules import (
    InThePast,
    Lifted,
    NotByThat,
    RedeemingBlock,
)
from watchword.features.staff.rules import Reasonless
from watchword.foundation.ids import Id
from watchword.web.api.contact_points import To, read_contact
from watchword.web.api.rewards import moment
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

PATH = "/v1/redeeming-blocks"
WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA, Kind.OTHER_BODY)

Reason: TypeAlias = Annotated[str, Meta(min_length=3, max_length=200, examples=["works here"])]


class NewRedeemingBlock(Body, frozen=True):
    """Who may not redeem, until when (or for good), and why. The reason names nobody."""

    to: To
    reason: Reason
    until: datetime | None = None


class NewRedeemingLifting(Body, frozen=True):
    """Why somebody may redeem again."""

    reason: Reason


class RedeemingBlockView(Struct, frozen=True):
    """Somebody who may collect and not redeem. `contact_id` names them, `to` is masked; it is
    nothing where the contact point is forgotten."""

    contact_id: UUID
    to: str | None
    until: datetime | None
    reason: str
    created_at: datetime
    created_by: str


class RedeemingBlockPage(Struct, frozen=True):
    """The newest come first. `cursor` leads to the next page, if there is one."""

    redeeming_blocks: list[RedeemingBlockView]
    cursor: str | None


class RedeemingLiftingView(Struct, frozen=True):
    """Who may redeem again."""

    contact_id: UUID


@get(
    PATH,
    opt={SCOPE: Scope.REDEEMERS_READ},
    summary="List who may not redeem, the newest first",
    responses=problems(),
)
async def list_redeeming_blocks(
    admitted: NamedDependency[Admitted], cursor: Cursor = None, limit: Limit = USUAL
) -> RedeemingBlockPage:
    page = await admitted.services.blocklist.page(
        admitted.client.organisation.id, read_cursor(cursor), limit
    )
    return RedeemingBlockPage([_shown(each) for each in page.items], write_cursor(page.after))


@post(
    PATH,
    opt={SCOPE: Scope.REDEEMERS_WRITE},
    summary="Let somebody collect, and not redeem",
    responses=problems(*WRITTEN, Kind.UNREACHABLE),
)
async def block_redeemer(
    data: JSONBody[NewRedeemingBlock], admitted: NamedDependency[Admitted]
) -> RedeemingBlockView:
    contact = read_contact(data.to, admitted.client.organisation.country)
    until = moment(data.until, "until")
    blocked = await admitted.services.blocklist.add(
        admitted.client, contact, until, data.reason, admitted.once
    )
    match blocked:
        case RedeemingBlock():
            return _shown(blocked)
        case InThePast():
            raise Problem(Kind.MALFORMED, "It would be over already.", more={"field": "until"})
        case NotByThat():
            detail = "Name a phone or an email: an account is found by nothing else."
            raise Problem(Kind.MALFORMED, detail, more={"field": "to"})
        case Reasonless(because):
            raise Problem(Kind.MALFORMED, because, more={"field": "reason"})
        case OtherBody():
            raise _other_body()
        case never:
            assert_never(never)


@post(
    PATH + "/{contact_id:uuid}/liftings",
    opt={SCOPE: Scope.REDEEMERS_WRITE},
    summary="Let somebody redeem again",
    responses=problems(*WRITTEN, Kind.NOT_FOUND),
)
async def lift_redeeming_block(
    contact_id: FromPath[UUID],
    data: JSONBody[NewRedeemingLifting],
    admitted: NamedDependency[Admitted],
) -> RedeemingLiftingView:
    lifted = await admitted.services.blocklist.lift(
        admitted.client, ContactId(Id(int=contact_id.int)), data.reason, admitted.once
    )
    match lifted:
        case Lifted():
            return RedeemingLiftingView(lifted.contact_id)
        case Reasonless(because):
            raise Problem(Kind.MALFORMED, because, more={"field": "reason"})
        case OtherBody():
            raise _other_body()
        case never:
            assert_never(never)


def _shown(block: RedeemingBlock) -> RedeemingBlockView:
    return RedeemingBlockView(
        contact_id=block.contact_id,
        to=None if block.contact is None else block.contact.masked,
        until=block.until,
        reason=block.reason,
        created_at=block.created_at,
        created_by=block.made_by,
    )


def _other_body() -> Problem:
    return Problem(Kind.OTHER_BODY, "Use a new Idempotency-Key for another request.")


routes = [list_redeeming_blocks, block_redeemer, lift_redeeming_block]
