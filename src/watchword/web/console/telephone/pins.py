"""Default PINs that are still in use: how many members have one, and since when there are fewer."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from watchword.features.activation.standings import Standing
from watchword.features.calls.surveys.rules import Day, Surveyed
from watchword.features.figures.rules import Span
from watchword.features.ledger.spreadsheets import BEGIN, row
from watchword.features.staff.permissions import Permission
from watchword.web.console.charts import stacks
from watchword.web.console.pages import go, show_console
from watchword.web.console.telephone.figures import as_file
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

PATH = "/console/telephone/pins"
SEES = {PERMISSION: Permission.DASHBOARD}
DECIDES = {PERMISSION: Permission.PROFILES_EDIT}
COLUMNS = ("day", "standing", "scenario", "members")


@get(PATH, include_in_schema=False, opt=SEES)
async def show_pins(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    found, whose = await _found(visitor), visitor.organisation.id
    return show_console(
        request,
        visitor,
        "telephone/pins.html",
        found=found,
        chart=stacks([_pieces(day) for day in found.days]),
        told=await visitor.services.telephone.figures.report(whose, Span.MONTH),
        standings=[*Standing],
    )


@post(f"{PATH}/surveys", include_in_schema=False, opt=DECIDES, status_code=200)
async def switch(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    """Let members be counted from now on, or no more."""
    is_on = visitor.form.text("count") == "on"
    if not visitor.form.is_resumed:
        await visitor.services.telephone.surveys.switch(visitor, is_on=is_on)
    return go(PATH, said="on" if is_on else "off")


@get(f"{PATH}/table", include_in_schema=False, opt=SEES)
async def download_table(visitor: NamedDependency[Visitor]) -> Response[Any]:
    lines = [
        row([day.day.isoformat(), stand.standing, stand.scenario or "", str(members)])
        for day in (await _found(visitor)).days
        for stand, members in day.stands.items()
    ]
    return as_file(visitor, "pins", "csv", (BEGIN + row(COLUMNS) + "".join(lines)).encode())


@get(f"{PATH}/file", include_in_schema=False, opt=SEES)
async def download_file(visitor: NamedDependency[Visitor]) -> Response[Any]:
    days = [
        {
            "day": day.day,
            "members": day.members,
            "standings": {standing: day.of(standing) for standing in Standing},
            "default_pins": day.scenarios,
        }
        for day in (await _found(visitor)).days
    ]
    return as_file(visitor, "pins", "json", msgspec.json.encode({"days": days}))


async def _found(visitor: Visitor) -> Surveyed:
    return await visitor.services.telephone.surveys.look(visitor.organisation)


def _pieces(day: Day) -> tuple[int, int, int]:
    """Give what a bar is made of: default PINs, those that members chose, and all others."""
    default, chosen = day.of(Standing.DEFAULT), day.of(Standing.CHOSEN)
    return default, chosen, day.members - default - chosen


routes = [show_pins, switch, download_table, download_file]
