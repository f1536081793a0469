"""Exceptions: who was let through without a code, by whom, and what looks odd about it."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from watchword.features.ledger.spreadsheets import BEGIN, row
from watchword.features.redemptions.misuse.reports import Days, Report
from watchword.features.redemptions.overrides.rules import Use
from watchword.features.staff.permissions import Permission
from watchword.web.console.actors import Doer, name_of
from watchword.web.console.charts import columns
from watchword.web.console.pages import show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import HEADERS, AnyRequest

PATH = "/console/exceptions"
SEES = {PERMISSION: Permission.OVERRIDES_SEE}
SHOWN_AT_MOST = 50
COLUMNS = (
    *("at", "kind", "staff", "location", "terminal", "customer", "value", "currency"),
    *("redemption", "told", "disputed_at"),
)


@get(PATH, include_in_schema=False, opt=SEES)
async def show_exceptions(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    report = await _report(request, visitor)
    names = await _Names.of(visitor, report)
    shown = report.uses[:SHOWN_AT_MOST]
    return show_console(
        request,
        visitor,
        "exceptions/report.html",
        report=report,
        days=columns([count for _, count in report.days]),
        hours=columns(report.hours),
        spans=[*Days],
        span=_days(request),
        names=names,
        shown=shown,
        reasons=await visitor.services.overrides.reasons(visitor, shown),
    )


@get(f"{PATH}/table", include_in_schema=False, opt=SEES)
async def download_exceptions(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[Any]:
    """Give the uses of the report as a table. It names customers by their ids alone."""
    report = await _report(request, visitor)
    names = await _Names.of(visitor, report)
    lines = BEGIN + row(COLUMNS) + "".join(row(names.cells(use)) for use in report.uses)
    file = f"exceptions-{visitor.organisation.slug}.csv"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{file}"'}
    return Response(lines, media_type="text/csv; charset=utf-8", headers=headers)


class _Names:
    """What those are called who stand in a report."""

    def __init__(
        self,
        staff: Mapping[str, Doer | None],
        places: Mapping[object, str],
        tills: Mapping[str, str],
    ) -> None:
        self.staff, self.places, self.tills = staff, places, tills

    @classmethod
    async def of(cls, visitor: Visitor, report: Report) -> "_Names":
        whose = visitor.organisation.id
        named = {use.staff for use in report.uses}
        named |= {found.staff for found in report.findings if found.staff is not None}
        places = await visitor.services.configuration.locations.all(whose)
        tills = await visitor.services.terminals.all(whose)
        return cls(
            {each: await name_of(visitor, each) for each in sorted(named)},
            {each.id: each.name for each in places},
            {str(each.id): each.name for each in tills},
        )

    def place(self, id: object) -> str:
        return self.places.get(id, "")

    def till(self, id: str | None) -> str:
        return self.tills.get(id or "", id or "")

    def cells(self, use: Use) -> tuple[str, ...]:
        doer = self.staff.get(use.staff)
        return (
            use.at.isoformat(timespec="seconds"),
            use.kind,
            (doer and doer.name) or use.staff,
            self.place(use.location_id),
            self.till(use.terminal_id),
            str(use.customer_id or ""),
            str(use.value) if use.currency else "",
            use.currency,
            str(use.redemption_id or ""),
            "yes" if use.told else "no",
            use.disputed_at.isoformat(timespec="seconds") if use.disputed_at else "",
        )


async def _report(request: AnyRequest, visitor: Visitor) -> Report:
    report = await visitor.services.misuse.report(visitor.organisation, _days(request))
    return report.seen_by(lambda place: bool(visitor.may(Permission.OVERRIDES_SEE, place)))


def _days(request: AnyRequest) -> Days:
    asked = request.query_params.get("days", "")
    return Days(int(asked)) if asked in {str(int(each)) for each in Days} else Days.MONTH


routes = [show_exceptions, download_exceptions]
