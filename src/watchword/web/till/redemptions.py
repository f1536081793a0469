"""What was had at a location today, and how staff give points back."""

from datetime import datetime, time
from typing import TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.imports.amounts import read_points
from watchword.features.redemptions.rules import Redemption, RedemptionId, State
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import Reasonless
from watchword.foundation.ids import Id
from watchword.web.console.actors import name_of
from watchword.web.console.nonces import nonce_of
from watchword.web.console.pages import go
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest
from watchword.web.till.pages import PATH, REDEEMS, Place, location_id, place_at, show_till
from watchword.web.till.told import Told

LIST = "/till/{place:uuid}/redemptions"
ONE = PATH + "/redemptions/{id:uuid}"
REVERSES = {PERMISSION: Permission.REDEMPTIONS_REVERSE}

Shown: TypeAlias = Response[str] | Redirect


@get(LIST, include_in_schema=False, opt=REDEEMS)
async def list_today(
    request: AnyRequest, place: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    here, rows = await place_at(request, visitor, location_id(place)), rows_of(request)
    page = await visitor.services.counter.today(
        visitor.organisation.id,
        here.location.id,
        _morning(visitor, here),
        rows.after,
        rows.most,
    )
    doers = {each.redemption.client for each in page.items}
    return show_till(
        request,
        visitor,
        here,
        "today.html",
        lines=page.items,
        cursor=write_cursor(page.after),
        rows=rows,
        doers={each: await name_of(visitor, each) for each in doers},
    )


@get(ONE, include_in_schema=False, opt=REDEEMS)
async def show_redemption(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _show(request, visitor, _id(id))


@post(ONE + "/reversals", include_in_schema=False, opt=REVERSES, status_code=200)
async def reverse(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    """Give points back, or all that are still spent. One form gives them back once."""
    redemption_id, form = _id(id), visitor.form
    if form.is_resumed:
        return await _show(request, visitor, redemption_id)
    typed = form.text("points")
    points = read_points(typed) if typed else None
    if typed and not points:
        return await _show(request, visitor, redemption_id, Told("points"))
    done = await visitor.services.counter.reverse(
        visitor.colleague,
        redemption_id,
        points,
        reference=f"till-{nonce_of(visitor)}",
        reason=form.text("reason"),
    )
    if isinstance(done, Redemption):
        return go(f"{PATH}/redemptions/{redemption_id}", said="reversed")
    word = "reason" if isinstance(done, Reasonless) else done.word
    return await _show(request, visitor, redemption_id, Told(word))


async def _show(
    request: AnyRequest, visitor: Visitor, id: RedemptionId, told: Told | None = None
) -> Response[str]:
    line = await visitor.services.counter.find(visitor.colleague, id)
    redemption = line.redemption
    place = await place_at(request, visitor, redemption.location_id)
    return show_till(
        request,
        visitor,
        place,
        "redemption.html",
        status=422 if told else 200,
        redemption=redemption,
        reward=line.reward,
        doer=await name_of(visitor, redemption.client),
        left=redemption.points - redemption.reversed,
        reverses=redemption.state is State.COMMITTED
        and visitor.may(Permission.REDEMPTIONS_REVERSE, redemption.location_id),
        told=told,
        form=visitor.form,
    )


def _morning(visitor: Visitor, here: Place) -> datetime:
    """Say when the day began there."""
    zone = here.location.time_zone
    now = visitor.services.storage.now().astimezone(ZoneInfo(zone) if zone else visitor.zone)
    return datetime.combine(now.date(), time(), now.tzinfo)


def _id(id: UUID) -> RedemptionId:
    return RedemptionId(Id(int=id.int))


routes = [list_today, show_redemption, reverse]
