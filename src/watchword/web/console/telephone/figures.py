"""How calls go: how many there were, how they ended, and after which step callers were lost."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from watchword.features.activation.profiles.rules import ProfileKind
from watchword.features.calls.figures.rules import CallReport, End, Part
from watchword.features.figures.rules import Span
from watchword.features.ledger.spreadsheets import BEGIN, row
from watchword.features.staff.permissions import Permission
from watchword.web.console.charts import stacks
from watchword.web.console.pages import show_console
from watchword.web.console.telephone.terms import profile_id_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import HEADERS, AnyRequest

PATH = "/console/telephone/figures"
SEES = {PERMISSION: Permission.DASHBOARD}
SET, THROUGH = (End.ACTIVATED, End.CHANGED), (End.THROUGH,)


@get(PATH, include_in_schema=False, opt=SEES)
async def show_figures(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    report, chosen = await _report(request, visitor)
    found = await visitor.services.telephone.profiles.all(visitor.organisation.id)
    return show_console(
        request,
        visitor,
        "telephone/figures.html",
        report=report,
        chart=stacks([_pieces(part) for part in report.parts]),
        spans=tuple(Span),
        lines=[each for each in found.profiles if each.terms.kind is ProfileKind.STANDARD],
        chosen=chosen,
        query=_query(report, chosen),
    )


@get(f"{PATH}/table", include_in_schema=False, opt=SEES)
async def download_table(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Give each part of the time in a row: how many calls there were, and how they ended."""
    report, _ = await _report(request, visitor)
    lines = [
        row([part.starts.isoformat(), str(part.calls), *(str(part.ends[end]) for end in End)])
        for part in report.parts
    ]
    content = BEGIN + row(["starts", "calls", *End]) + "".join(lines)
    return as_file(visitor, "calls", "csv", content.encode())


@get(f"{PATH}/file", include_in_schema=False, opt=SEES)
async def download_file(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[Any]:
    report, _ = await _report(request, visitor)
    return as_file(visitor, "calls", "json", msgspec.json.encode(report))


def as_file(visitor: Visitor, what: str, kind: str, content: bytes) -> Response[Any]:
    """Give a report as a file that is kept, as a spreadsheet or for programs."""
    named = f'attachment; filename="{visitor.organisation.slug}-{what}.{kind}"'
    media_type = "text/csv; charset=utf-8" if kind == "csv" else "application/json"
    return Response(
        content, media_type=media_type, headers={**HEADERS, "Content-Disposition": named}
    )


async def _report(request: AnyRequest, visitor: Visitor) -> tuple[CallReport, UUID | None]:
    asked = request.query_params.get("span", "")
    span = Span(asked) if asked in {*Span} else Span.WEEK
    chosen = profile_id_of(request.query_params.get("profile", ""))
    figures = visitor.services.telephone.figures
    return await figures.report(visitor.organisation.id, span, chosen), chosen


def _query(report: CallReport, chosen: UUID | None) -> Mapping[str, str]:
    return {"span": report.span, **({} if chosen is None else {"profile": str(chosen)})}


def _pieces(part: Part) -> tuple[int, int, int]:
    """Give what a bar is made of: a PIN was set, they came through with theirs, they did not."""
    is_set, through = (sum(part.ends[end] for end in some) for some in (SET, THROUGH))
    return is_set, through, part.calls - is_set - through


routes = [show_figures, download_table, download_file]
