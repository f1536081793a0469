"""The first page of the console: what went on, and what needs somebody.

Whoever may not see figures gets what they came for: a field to find a code with.
"""

from litestar import Response, get
from litestar.di import NamedDependency

from watchword.features.figures.rules import Span
from watchword.features.staff.permissions import Permission
from watchword.web.console.attention import matters
from watchword.web.console.charts import chart
from watchword.web.console.pages import show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest


@get("/console", include_in_schema=False, opt={PERMISSION: Permission.OWN_ACCOUNT})
async def show_overview(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    overview, organisation = visitor.services.overview, visitor.organisation
    sees_channels = visitor.admits(Permission.CHANNELS_SEE)
    ways = await overview.ways.all(organisation) if sees_channels else []
    attention = await matters(visitor, ways)
    if not visitor.admits(Permission.DASHBOARD):
        return show_console(request, visitor, "overview/desk.html", attention=attention)
    span = _span(request)
    report = await overview.figures.report(organisation.id, span)
    month = report
    if report.is_empty:
        month = await overview.figures.report(organisation.id, Span.MONTH)
    return show_console(
        request,
        visitor,
        "overview/figures.html",
        attention=attention,
        report=report,
        is_new=month.is_empty,
        chart=chart(report.parts),
        spans=tuple(Span),
        public_url=visitor.services.settings.web.public_url,
    )


def _span(request: AnyRequest) -> Span:
    asked = request.query_params.get("span", "")
    return Span(asked) if asked in {*Span} else Span.DAY


routes = [show_overview]
