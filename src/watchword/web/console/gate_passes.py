"""Campaigns → one of them → Who may look: passes for reviewers, and previews.

The code of a pass is shown once, on the page that answers, and nowhere again.
"""

from datetime import timedelta
from typing import Final, TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.campaigns.rules import CampaignId
from watchword.features.gates.passes.rules import (
    BELOW,
    LIVES,
    USUAL,
    Kind,
    NewPass,
    PassId,
    spell,
)
from watchword.features.staff.permissions import Permission
from watchword.foundation.ids import Id
from watchword.web.console.actors import name_of
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

PATH: Final = "/console/campaigns/{campaign:uuid}/passes"
RUNS: Final = {PERMISSION: Permission.CAMPAIGNS}
HOUR: Final = timedelta(hours=1)
Shown: TypeAlias = Response[str] | Redirect


@get(PATH, include_in_schema=False, opt=RUNS)
async def show_passes(
    request: AnyRequest, campaign: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _show(request, visitor, _campaign_id(campaign))


@post(PATH, include_in_schema=False, opt=RUNS, status_code=200)
async def give_pass(
    request: AnyRequest, campaign: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    id, form = _campaign_id(campaign), visitor.form
    kind = Kind.PREVIEW if form.text("kind") == Kind.PREVIEW else Kind.REVIEW
    if form.is_resumed:
        return await _show(request, visitor, id)
    made = await visitor.services.gates.passes.give(
        visitor, id, kind, form.text("name"), _life(form.text("hours"))
    )
    if not isinstance(made, NewPass):
        return await _show(request, visitor, id, problem=made.word, about=kind)
    overview = await visitor.services.gates.passes.overview(visitor.organisation.id, id)
    return show_console(
        request,
        visitor,
        "passes/made.html",
        campaign=overview.campaign,
        one=made.made,
        code=spell(made.code),
        address=f"{visitor.services.settings.web.public_url}{BELOW}{made.made.id}",
    )


@post(f"{PATH}/{{id:uuid}}/revocations", include_in_schema=False, opt=RUNS, status_code=200)
async def revoke_pass(
    request: AnyRequest,
    campaign: FromPath[UUID],
    id: FromPath[UUID],
    visitor: NamedDependency[Visitor],
) -> Shown:
    whose = _campaign_id(campaign)
    if visitor.form.is_resumed:
        return await _show(request, visitor, whose)
    await visitor.services.gates.passes.revoke(visitor, whose, PassId(Id(int=id.int)))
    return go(_path(whose), said="revoked")


async def _show(
    request: AnyRequest,
    visitor: Visitor,
    id: CampaignId,
    *,
    problem: str = "",
    about: Kind | None = None,
) -> Response[str]:
    overview = await visitor.services.gates.passes.overview(visitor.organisation.id, id)
    return show_console(
        request,
        visitor,
        "passes/list.html",
        status=422 if problem else 200,
        campaign=overview.campaign,
        passes=overview.passes,
        doers={
            each: await name_of(visitor, each)
            for each in {one.created_by for one in overview.passes}
        },
        lives={kind: [each // HOUR for each in LIVES[kind]] for kind in Kind},
        usual={kind: str(USUAL[kind] // HOUR) for kind in Kind},
        problem=problem,
        about=about,
        form=visitor.form,
    )


def _life(hours: str) -> timedelta:
    """Read for how long a pass is to be good; nothing, for what the page does not offer."""
    offered = {str(each // HOUR): each for lives in LIVES.values() for each in lives}
    return offered.get(hours, timedelta())


def _path(id: CampaignId) -> str:
    return f"/console/campaigns/{id}/passes"


def _campaign_id(id: UUID) -> CampaignId:
    return CampaignId(Id(int=id.int))


routes = [show_passes, give_pass, revoke_pass]
