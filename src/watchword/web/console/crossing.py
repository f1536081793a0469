"""The way over from Twilio: how far the organisation is, what both sides said, and the next step.

It is the same report, and the same moving and ending, as `watchword twilio shadow` has. What a move
would do is shown before it is saved.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from watchword.features.crossings.moves import effects, stage_of
from watchword.features.crossings.pairs.advice import advise
from watchword.features.crossings.pairs.rules import Call
from watchword.features.crossings.pairs.words import WORDS
from watchword.features.crossings.rules import (
    Basis,
    ChangedMeanwhile,
    Crossing,
    Faulty,
    Field,
    Move,
    WithoutThem,
    find_fault,
    move_of,
)
from watchword.features.staff.permissions import Permission
from watchword.web.console.actors import name_of
from watchword.web.console.doormat import refuse
from watchword.web.console.forms import NO_NUMBER, Form
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

PAGE = "/console/crossing"
SEES, EDITS = {PERMISSION: Permission.SETTINGS_SEE}, {PERMISSION: Permission.SETTINGS_EDIT}
DAYS, USUAL_DAYS = (1, 7, 30, 90), 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A move as it was typed. `seen`: since when what it was typed upon has been so."""

    share: str = "0"
    countries: str = ""
    without_them: WithoutThem = WithoutThem.REFUSE
    seen: str = ""
    fault: Field | None = None
    note: str = ""
    status: int = 200


@get(PAGE, include_in_schema=False, opt=SEES)
async def show_crossing(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    crossing = await _found(visitor)
    return await _show(request, visitor, crossing, _as_it_is(crossing))


@post(PAGE, include_in_schema=False, opt=EDITS, status_code=200)
async def move(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str] | Redirect:
    """Show what a move would do; and do it, once that was read."""
    if not visitor.may(Permission.SETTINGS_EDIT):
        return refuse(request, "forbidden", visitor)
    crossing, draft = await _found(visitor), _read(visitor.form)
    wanted = _looked_over(visitor, crossing, draft)
    if isinstance(wanted, Draft):
        return await _show(request, visitor, crossing, wanted)
    if visitor.form.text("do") != "save":
        return await _show_review(request, visitor, crossing, draft, wanted)
    crossings = visitor.services.crossings.crossings
    match await crossings.move(visitor, wanted, basis=Basis(crossing)):
        case ChangedMeanwhile(now):
            return await _show(request, visitor, now, _too_late(draft, now))
        case Faulty(field=field):
            return await _show(request, visitor, crossing, replace(draft, fault=field, status=422))
        case Crossing():
            return go(PAGE, said="moved")


@post(f"{PAGE}/endings", include_in_schema=False, opt=EDITS, status_code=303)
async def end(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str] | Redirect:
    if not visitor.may(Permission.SETTINGS_EDIT):
        return refuse(request, "forbidden", visitor)
    if visitor.form.is_resumed:
        return go(PAGE)
    crossing = await _found(visitor)
    if visitor.form.text("seen") != _seen(crossing):
        return go(PAGE, said="not_ended")
    has_ended = await visitor.services.crossings.crossings.end(visitor, basis=Basis(crossing))
    if isinstance(has_ended, ChangedMeanwhile):
        return go(PAGE, said="not_ended")
    return go(PAGE, said="ended" if has_ended else "")


async def _found(visitor: Visitor) -> Crossing | None:
    return await visitor.services.crossings.crossings.find(visitor.organisation)


def _seen(crossing: Crossing | None) -> str:
    return "" if crossing is None else crossing.changed_at.isoformat()


def _as_it_is(crossing: Crossing | None) -> Draft:
    if crossing is None:
        return Draft()
    return Draft(
        share=str(crossing.share),
        countries=", ".join(sorted(crossing.countries)),
        without_them=crossing.without_them,
        seen=_seen(crossing),
    )


def _read(form: Form) -> Draft:
    """Read what a page sent, as it was typed."""
    silent = form.text("without_them")
    return Draft(
        share=form.text("share"),
        countries=form.text("countries"),
        without_them=WithoutThem(silent) if silent in {*WithoutThem} else WithoutThem.REFUSE,
        seen=form.text("seen"),
    )


def _looked_over(visitor: Visitor, crossing: Crossing | None, draft: Draft) -> Move | Draft:
    """Give what is wanted; or the form once more, with what is to be said about it."""
    if visitor.form.is_resumed or visitor.form.text("do") == "edit":
        return draft
    if not visitor.has_far_side:
        return replace(draft, status=409)
    if draft.seen != _seen(crossing):
        return _too_late(draft, crossing)
    wanted = _wanted(visitor.form, draft)
    if fault := find_fault(wanted):
        return replace(draft, fault=fault.field, status=422)
    if crossing is not None and move_of(crossing) == wanted:
        return replace(draft, note="nothing_different")
    return wanted


def _too_late(draft: Draft, crossing: Crossing | None) -> Draft:
    """Somebody else was faster. Both are shown, and the next press of the button decides."""
    return replace(draft, seen=_seen(crossing), note="stale", status=409)


def _wanted(form: Form, draft: Draft) -> Move:
    share = form.number("share")
    return Move(
        share=NO_NUMBER if share is None else share,
        countries=frozenset(form.countries("countries")),
        without_them=draft.without_them,
    )


async def _show(
    request: AnyRequest, visitor: Visitor, crossing: Crossing | None, draft: Draft
) -> Response[str]:
    asked = request.query_params.get("days", "")
    days = int(asked) if asked in map(str, DAYS) else USUAL_DAYS
    report = await visitor.services.crossings.pairs.report(
        visitor.organisation, timedelta(days=days)
    )
    return show_console(
        request,
        visitor,
        "crossing/page.html",
        status=draft.status,
        crossing=crossing,
        stage=stage_of(crossing),
        doer=None if crossing is None else await name_of(visitor, crossing.changed_by),
        draft=draft,
        silences=tuple(WithoutThem),
        may_edit=visitor.may(Permission.SETTINGS_EDIT),
        days=days,
        spans=DAYS,
        report=report,
        calls=tuple(Call),
        advise=advise,
        advice_words=WORDS,
    )


async def _show_review(
    request: AnyRequest, visitor: Visitor, crossing: Crossing | None, draft: Draft, wanted: Move
) -> Response[str]:
    return show_console(
        request,
        visitor,
        "crossing/review.html",
        before=None if crossing is None else move_of(crossing),
        after=wanted,
        effects=[*effects(crossing, wanted)],
        closed=await _closed(visitor, wanted),
        draft=draft,
    )


async def _closed(visitor: Visitor, wanted: Move) -> list[str]:
    """Give the countries to be moved whose numbers get no code here, as the rules are."""
    rulebook, organisation = visitor.services.abuse.rulebook, visitor.organisation
    if not rulebook.are_in_force(organisation):
        return []
    rules, home = await rulebook.show(organisation), organisation.country
    return sorted(each for each in wanted.countries if not rules.opens(each, home))


routes = [show_crossing, move, end]
