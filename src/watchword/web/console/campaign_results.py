"""What a campaign has come to: as pictures, as tables, and as a file."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.campaigns.results.rules import (
    BY_HOUR,
    COURSE,
    REDEEMED_WITHIN,
    Results,
    Stage,
)
from watchword.features.ledger.spreadsheets import BEGIN, row
from watchword.web.console.campaigns import ONE, RUNS, found
from watchword.web.console.charts import columns
from watchword.web.console.pages import show_console
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import HEADERS, AnyRequest

TABLE = "text/csv"


@get(f"{ONE}/results", include_in_schema=False, opt=RUNS)
async def show_results(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    campaign = await found(visitor, id)
    results = await visitor.services.of_campaigns.results.of(visitor.organisation.id, campaign)
    course = results.course
    return show_console(
        request,
        visitor,
        "campaigns/results.html",
        campaign=campaign,
        results=results,
        course=course,
        charts=[(stage, columns([part.of(stage) for part in course])) for stage in COURSE],
        days=REDEEMED_WITHIN.days,
    )


@get(f"{ONE}/results.csv", include_in_schema=False, opt=RUNS)
async def download_results(
    id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[bytes]:
    """Give the counts as a table: it names nobody, for it knows nobody."""
    campaign = await found(visitor, id)
    results = await visitor.services.of_campaigns.results.of(visitor.organisation.id, campaign)
    content = BEGIN + "".join(row(each) for each in _rows(results))
    disposition = 'attachment; filename="results.csv"'
    return Response(
        content.encode(),
        media_type=TABLE,
        headers={**HEADERS, "content-disposition": disposition},
    )


def _rows(results: Results) -> Iterator[Sequence[str]]:
    yield ["part", "starts_at", *Stage]
    yield ["all", "", *(str(results.of(stage)) for stage in Stage)]
    unit = "day" if results.is_by_day else "hour"
    for part in results.course:
        # What is not counted by the hour is nothing, and not 0.
        counts = (str(part.of(stage)) if stage in BY_HOUR else "" for stage in Stage)
        yield [unit, part.starts.isoformat(), *counts]


routes = [show_results, download_results]
