"""`watchword twilio shadow`: cross over from Twilio, first in its shadow and then step by step.

$ watchword twilio shadow move sonnenhof --share 10
Of new codes for sonnenhof, 10 % of all numbers are ours. All else is Twilio's.
$ watchword twilio shadow report sonnenhof
1,204 pairs, 1,199 alike (99.5 %).
"""

from datetime import datetime, timedelta
from typing import Annotated, TypeAlias

import typer
from msgspec import Struct

from watchword.cli.office import Office, find_organisation
from watchword.cli.printing import AsJson, columns, leave, moment, show
from watchword.cli.running import run
from watchword.features.crossings.pairs.advice import Advice, advise
from watchword.features.crossings.pairs.rules import Kind, Report, Said
from watchword.features.crossings.pairs.words import WORDS
from watchword.features.crossings.rules import (
    Basis,
    ChangedMeanwhile,
    Crossing,
    Faulty,
    Move,
    WithoutThem,
)
from watchword.foundation.errors import WatchwordError

DAYS_AT_MOST = 90
TENTHS = 10
IMPORT = "watchword twilio import"
INDENT = "    "

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Cross over from Twilio, first in its shadow and then step by step.",
)

Slug: TypeAlias = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its short name.")]


class NoOriginal(WatchwordError):
    """The settings do not say what an organisation crosses over from."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"The settings name no account at Twilio for {slug}: put it under [originals.{slug}]."
        )


class CrossingView(Struct, frozen=True):
    """How far an organisation is across."""

    organisation: str
    share: int
    countries: list[str]
    without_them: WithoutThem
    changed_at: datetime
    changed_by: str


class SideView(Struct, frozen=True):
    status: int
    code: int | None
    verification: str | None


class KindView(Struct, frozen=True):
    """Pairs that are alike. `advice`: what is behind the difference, in a word; `words`: and what
    to do, in a sentence."""

    call: str
    times: int
    theirs: SideView
    ours: SideView
    first_at: datetime
    last_at: datetime
    advice: Advice
    words: str


class ReportView(Struct, frozen=True):
    """`alike` of `pairs` said the same; `calls`: of each call, so many of so many."""

    organisation: str
    days: int
    pairs: int
    alike: int
    agreement: float | None
    calls: dict[str, tuple[int, int]]
    differences: list[KindView]


@app.command("move")
def move(
    context: typer.Context,
    organisation: Slug,
    *,
    share: Annotated[
        int | None,
        typer.Option(metavar="PERCENT", help="Of all numbers, so many are ours; 0 to begin with."),
    ] = None,
    country: Annotated[
        list[str] | None,
        typer.Option(metavar="CC", help="A country that is ours whole. May be given again."),
    ] = None,
    without_them: Annotated[
        WithoutThem | None,
        typer.Option(help="What becomes of a new code that Twilio does not answer in time."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Begin in the shadow, or move more or less of the traffic. What is not named stays as it is.

    What is under way stays where it was begun. Servers hear of it within three seconds.
    """
    office: Office = context.obj
    countries = None if country is None else frozenset(each.upper() for each in country if each)
    moved = run(_move(office, organisation, share, countries, without_them))
    if isinstance(moved, Faulty):
        raise typer.BadParameter(moved.because)
    if isinstance(moved, ChangedMeanwhile):
        leave("Somebody else has just moved something. Look what (`show`), and say it again.")
    view = _view(organisation, moved)
    show(view, _say(view), as_json=as_json)


@app.command("show")
def show_crossing(context: typer.Context, organisation: Slug, *, as_json: AsJson = False) -> None:
    """Say how far an organisation is across."""
    found = run(_find(context.obj, organisation))
    if isinstance(found, NoOriginal):
        leave(f"{found} Until then all of its codes are ours.")
    if found is None:
        leave(f"{organisation} is not crossing over: all of its codes are ours.")
    view = _view(organisation, found)
    show(view, _say(view), as_json=as_json)


@app.command("end")
def end(context: typer.Context, organisation: Slug, *, as_json: AsJson = False) -> None:
    """Be across: all is ours from now on, and nothing goes to Twilio any more."""
    if not run(_end(context.obj, organisation)):
        leave(f"{organisation} is not crossing over: all of its codes are ours.")
    words = f"{organisation} is across: all of its codes are ours."
    show({"organisation": organisation, "ended": True}, words, as_json=as_json)


@app.command("report")
def report(
    context: typer.Context,
    organisation: Slug,
    *,
    days: Annotated[
        int, typer.Option(min=1, max=DAYS_AT_MOST, help="Of what was said so lately.")
    ] = 7,
    as_json: AsJson = False,
) -> None:
    """Say how often both sides said the same, each way in which they did not, and what to do."""
    found = run(_report(context.obj, organisation, days))
    view = _report_view(organisation, days, found)
    show(view, _say_report(view, found.thousandths), as_json=as_json)


async def _move(
    office: Office,
    slug: str,
    share: int | None,
    countries: frozenset[str] | None,
    without_them: WithoutThem | None,
) -> Crossing | Faulty | ChangedMeanwhile:
    async with office.services() as services:
        caller = office.acting_for(await find_organisation(services, slug))
        crossings = services.crossings.crossings
        if not crossings.has_far_side(caller.organisation):
            raise NoOriginal(slug)
        before = await crossings.find(caller.organisation)
        if before is not None:
            share = before.share if share is None else share
            countries = before.countries if countries is None else countries
            without_them = without_them or before.without_them
        wanted = Move(
            share=share or 0,
            countries=countries or frozenset(),
            without_them=without_them or WithoutThem.REFUSE,
        )
        return await crossings.move(caller, wanted, basis=Basis(before))


async def _find(office: Office, slug: str) -> Crossing | NoOriginal | None:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        crossings = services.crossings.crossings
        found = await crossings.find(organisation)
        is_on_hold = found is not None and not crossings.has_far_side(organisation)
        return NoOriginal(slug) if is_on_hold else found


async def _end(office: Office, slug: str) -> bool:
    async with office.services() as services:
        caller = office.acting_for(await find_organisation(services, slug))
        return await services.crossings.crossings.end(caller) is True


async def _report(office: Office, slug: str, days: int) -> Report:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        return await services.crossings.pairs.report(organisation, timedelta(days=days))


def _view(slug: str, crossing: Crossing) -> CrossingView:
    return CrossingView(
        organisation=slug,
        share=crossing.share,
        countries=sorted(crossing.countries),
        without_them=crossing.without_them,
        changed_at=crossing.changed_at,
        changed_by=crossing.changed_by,
    )


def _say(view: CrossingView) -> str:
    ours = [f"{view.share} % of all numbers", *(f"all of {each}" for each in view.countries)]
    fails = {
        WithoutThem.REFUSE: "it is refused, to be tried again",
        WithoutThem.SERVE: "a new code is ours",
    }
    return (
        f"Of new codes for {view.organisation}, {' and '.join(ours)} are ours. "
        f"All else is Twilio's.\nWhere Twilio does not answer in time, {fails[view.without_them]}."
    )


def _report_view(slug: str, days: int, found: Report) -> ReportView:
    return ReportView(
        organisation=slug,
        days=days,
        pairs=found.pairs,
        alike=found.agreeing,
        agreement=found.agreeing / found.pairs if found.pairs else None,
        calls={call: (each.alike, each.pairs) for call, each in found.calls.items()},
        differences=[_kind(each) for each in found.differences],
    )


def _kind(kind: Kind) -> KindView:
    return KindView(
        call=kind.call,
        times=kind.times,
        theirs=_side(kind.theirs),
        ours=_side(kind.ours),
        first_at=kind.first_at,
        last_at=kind.last_at,
        advice=(advice := advise(kind)),
        words=WORDS[advice] % {"import": IMPORT},
    )


def _side(said: Said) -> SideView:
    return SideView(said.status, said.code, said.standing)


def _say_report(view: ReportView, thousandths: int | None) -> str:
    if thousandths is None:
        return f"Nothing was said for {view.organisation} in the last {view.days} days."
    head = f"{view.pairs:,} pairs, {view.alike:,} alike ({thousandths / TENTHS:.1f} %)."
    rows = [["call", "times", "Twilio", "ours", "last"]] + [
        [each.call, str(each.times), _said(each.theirs), _said(each.ours), moment(each.last_at)]
        for each in view.differences
    ]
    if not view.differences:
        return head
    names, *lines = columns(rows).splitlines()
    told = [f"{line}\n{INDENT}{of.words}" for line, of in zip(lines, view.differences, strict=True)]
    return "\n".join([head, names, *told])


def _said(side: SideView) -> str:
    return " ".join(str(each) for each in (side.status, side.code, side.verification) if each)
