"""Vouchers: what is out, what tills have settled, and what was handed out once too often."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get
from litestar.di import NamedDependency

from watchword.features.redemptions.misuse.reports import Days
from watchword.features.staff.permissions import Permission
from watchword.features.vouchers.reports.rules import Loss
from watchword.features.vouchers.settling.rules import Use
from watchword.foundation.errors import NotFound
from watchword.web.console.pages import show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

PATH = "/console/vouchers"
SEES = {PERMISSION: Permission.OVERRIDES_SEE}
SHOWN_AT_MOST = 50
WIDTH, EDGE = 100.0, 3.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One till on the line of time; `x` is where."""

    x: float
    use: Use


@dataclass(frozen=True, slots=True)
class Line:
    """The life of a voucher, drawn: how far it was good, and when which till took it in."""

    good: float
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class Told:
    """A loss as the page tells of it."""

    loss: Loss
    reward: str
    line: Line | None


@get(PATH, include_in_schema=False, opt=SEES)
async def show_vouchers(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    whose, services = visitor.organisation.id, visitor.services
    span = _days(request)
    report = await services.vouchers.reports.report(whose, span)
    report = report.seen_by(lambda place: bool(visitor.may(Permission.OVERRIDES_SEE, place)))
    places = await services.configuration.locations.all(whose)
    tills = await services.terminals.all(whose)
    settings = await services.configuration.settings.of(whose)
    shown = report.losses[:SHOWN_AT_MOST]
    rewards = await _rewards(visitor, shown)
    return show_console(
        request,
        visitor,
        "vouchers/report.html",
        report=report,
        losses=[
            Told(each, rewards.get(each.voucher.reward_id, "") if each.voucher else "", line(each))
            for each in shown
        ],
        shown=report.uses[:SHOWN_AT_MOST],
        spans=[*Days],
        span=span,
        places={each.id: each.name for each in places},
        tills={each.id: each.name for each in tills},
        bounds=settings.offline,
        at_work=sum(each.is_good for each in tills),
    )


def line(loss: Loss) -> Line | None:
    """Draw when which till took a voucher in, between its beginning and the last of them."""
    if loss.voucher is None:
        return None
    uses = [*([loss.settled] if loss.settled else []), *loss.lost]
    first = min(loss.voucher.taken_at, *(each.taken_at for each in uses))
    last = max(loss.voucher.ends_at, *(each.taken_at for each in uses))
    whole = (last - first).total_seconds() or 1.0

    def place(moment: datetime) -> float:
        part = (moment - first).total_seconds() / whole
        return round(EDGE + part * (WIDTH - 2 * EDGE), 1)

    return Line(place(loss.voucher.ends_at), [Mark(place(each.taken_at), each) for each in uses])


async def _rewards(visitor: Visitor, losses: Sequence[Loss]) -> Mapping[object, str]:
    """Give what the rewards of some losses are called."""
    names = dict[object, str]()
    for id in dict.fromkeys(each.voucher.reward_id for each in losses if each.voucher):
        try:
            reward = await visitor.services.rewards.find(visitor.organisation.id, id)
        except NotFound:
            continue
        names[id] = reward.name_in(visitor.organisation.locale)
    return names


def _days(request: AnyRequest) -> Days:
    asked = request.query_params.get("days", "")
    return Days(int(asked)) if asked in {str(int(each)) for each in Days} else Days.MONTH


routes = [show_vouchers]
