"""Passes of campaigns over HTTP: given to reviewers and for previews, listed, revoked.

The code of a pass is in the answer that makes it, and in no other one.
"""

from datetime import datetime, timedelta
from typing import Annotated, Final, TypeAlias, assert_never
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from watchword.features.campaigns.readiness import Lack
from watchword.features.campaigns.rules import CampaignId
from watchword.features.clients.rules import Scope
from watchword.features.gates.passes.rules import (
    LIVES,
    NAME_AT_MOST,
    USUAL,
    BadLife,
    NewPass,
    NoName,
    NothingToSee,
    Pass,
    PassId,
)
from watchword.features.gates.passes.rules import Kind as PassKind
from watchword.foundation.ids import Id
from watchword.web.authentication import BESIDES, SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

PATH: Final = "/v1/campaigns/{campaign_id:uuid}/passes"
HOUR: Final = timedelta(hours=1)
Hours: TypeAlias = Annotated[int, Meta(ge=1, le=720)]


class NewGatePass(Body, frozen=True, kw_only=True):
    """A pass for somebody who is no recipient. One for reviewers has a `name`."""

    kind: PassKind = PassKind.REVIEW
    name: Annotated[str, Meta(max_length=NAME_AT_MOST, examples=["Carrier audit"])] = ""
    hours: Hours | None = None


class GatePassView(Struct, frozen=True):
    """A pass from outside, without its code."""

    id: UUID
    kind: PassKind
    name: str
    address: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None
    uses: int


class GivenGatePass(Struct, frozen=True):
    """A pass that was made just now, with its code, for this once."""

    gate_pass: GatePassView
    code: str


class GatePassList(Struct, frozen=True):
    passes: list[GatePassView]


@get(
    PATH,
    opt={SCOPE: Scope.CAMPAIGNS_READ},
    summary="List who may look at a campaign, the newest pass first",
    responses=problems(Kind.NOT_FOUND),
)
async def list_gate_passes(
    campaign_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> GatePassList:
    overview = await admitted.services.gates.passes.overview(
        admitted.client.organisation.id, _id(campaign_id)
    )
    return GatePassList([_view(admitted, each) for each in overview.passes])


@post(
    PATH,
    # Whoever gives a pass has its code, and may look as well.
    opt={SCOPE: Scope.CAMPAIGNS_WRITE, BESIDES: Scope.PAGES_READ},
    summary="Let somebody look at a campaign who is no recipient",
    responses=problems(Kind.TOO_LARGE, Kind.MEDIA, Kind.NOT_FOUND, Kind.CAMPAIGN_NOT_READY),
)
async def give_gate_pass(
    campaign_id: FromPath[UUID],
    data: JSONBody[NewGatePass],
    admitted: NamedDependency[Admitted],
) -> GivenGatePass:
    life = USUAL[data.kind] if data.hours is None else data.hours * HOUR
    made = await admitted.services.gates.passes.give(
        admitted.client, _id(campaign_id), data.kind, data.name, life
    )
    match made:
        case NewPass(one, code):
            return GivenGatePass(_view(admitted, one), code.reveal())
        case NoName():
            raise _bad("name", "Name who looks: it stands in the ledger with each use.")
        case BadLife():
            hours = ", ".join(str(each // HOUR) for each in LIVES[data.kind])
            raise _bad("hours", f"A pass of this kind is good for one of these: {hours}.")
        case NothingToSee():
            detail = "There is nothing to look at: the campaign leads to no page yet."
            raise Problem(Kind.CAMPAIGN_NOT_READY, detail, more={"lacks": [Lack.PAGE]})
        case never:
            assert_never(never)


@post(
    f"{PATH}/{{pass_id:uuid}}/revocations",
    opt={SCOPE: Scope.CAMPAIGNS_WRITE},
    summary="Let a pass open nothing any more",
    responses=problems(Kind.NOT_FOUND),
)
async def revoke_gate_pass(
    campaign_id: FromPath[UUID], pass_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> GatePassView:
    id = PassId(Id(int=pass_id.int))
    revoked = await admitted.services.gates.passes.revoke(admitted.client, _id(campaign_id), id)
    return _view(admitted, revoked)


def _view(admitted: Admitted, one: Pass) -> GatePassView:
    return GatePassView(
        id=one.id,
        kind=one.kind,
        name=one.name,
        address=f"{admitted.services.settings.web.public_url}/c/passes/{one.id}",
        created_at=one.created_at,
        expires_at=one.expires_at,
        revoked_at=one.revoked_at,
        used_at=one.used_at,
        uses=one.uses,
    )


def _bad(field: str, because: str) -> Problem:
    problem = {"field": field, "because": because}
    return Problem(Kind.MALFORMED, "A field is not as it has to be.", more={"problems": [problem]})


def _id(id: UUID) -> CampaignId:
    return CampaignId(Id(int=id.int))


routes = [list_gate_passes, give_gate_pass, revoke_gate_pass]
