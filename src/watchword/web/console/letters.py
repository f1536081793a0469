"""Letters: what waits, in which batches it is printed, and what came back."""

from typing import assert_never
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from watchword.features.approvals.rules import (
    BadReason,
    Kind,
    NobodyToDecide,
    Proposal,
    Request,
    TooManyOpen,
)
from watchword.features.letters.batches.rules import Batch, NeedsSecondPerson, NothingWaits, NotNow
from watchword.features.letters.returns.service import BackAlready, NoSuchLetter, TakenBack
from watchword.features.letters.rules import BatchId
from watchword.features.staff.permissions import Permission
from watchword.foundation.ids import Id
from watchword.web.console.actors import name_of
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import HEADERS, AnyRequest

LIST = "/console/letters"
BATCHES, BACK = f"{LIST}/batches", f"{LIST}/returned"
ONE = f"{BATCHES}/{{id:uuid}}"
PRINTS = {PERMISSION: Permission.LETTERS_PRINT}
TAKES_BACK = {PERMISSION: Permission.LETTERS_RETURN}
TYPED_AT_MOST = 200


@get(LIST, include_in_schema=False, opt=PRINTS)
async def show_letters(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows, letters, whose = rows_of(request), visitor.services.letters, visitor.organisation.id
    page = await letters.batches.page(whose, most=rows.most, after=rows.after)
    return show_console(
        request,
        visitor,
        "letters/list.html",
        batches=page.items,
        standing=await letters.letters.standing(whose),
        cursor=write_cursor(page.after),
        rows=rows,
    )


@post(BATCHES, include_in_schema=False, opt=PRINTS, status_code=200)
async def collect_letters(visitor: NamedDependency[Visitor]) -> Redirect:
    if visitor.form.is_resumed:
        return go(LIST)
    outcome = await visitor.services.letters.batches.collect(visitor)
    if isinstance(outcome, NothingWaits):
        return go(LIST, said="nothing")
    return go(f"{BATCHES}/{outcome.id}", said="collected")


@get(ONE, include_in_schema=False, opt=PRINTS)
async def show_batch(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _show_one(request, visitor, _id(id))


@post(f"{ONE}/releases", include_in_schema=False, opt=PRINTS, status_code=200)
async def release_batch(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    if visitor.form.is_resumed:
        return await _show_one(request, visitor, _id(id))
    outcome = await visitor.services.letters.batches.release(visitor, _id(id))
    if isinstance(outcome, NeedsSecondPerson):
        return await _show_one(request, visitor, _id(id), asks=True)
    return await _after(request, visitor, outcome, _id(id), said="released")


@post(f"{ONE}/proposals", include_in_schema=False, opt=PRINTS, status_code=200)
async def propose_release(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    """Ask for a second person; what they agree to is a permit for this batch, and no other."""
    which, reason = _id(id), visitor.form.text("reason")
    if visitor.form.is_resumed:
        return await _show_one(request, visitor, which, asks=True, reason=reason)
    batch = await visitor.services.letters.batches.find(visitor.organisation.id, which)
    proposal = Proposal(kind=Kind.LETTERS, subject=batch.subject, reason=reason)
    outcome = await visitor.services.configuration.approvals.propose(
        visitor.organisation.id, proposal, actor=visitor.actor
    )
    match outcome:
        case Request():
            return go(f"/console/approvals/{outcome.id}")
        case BadReason() | TooManyOpen() | NobodyToDecide():
            return await _show_one(
                request, visitor, which, asks=True, reason=reason, problem=outcome.word
            )
        case _:
            assert_never(outcome)


@post(f"{ONE}/dissolutions", include_in_schema=False, opt=PRINTS, status_code=200)
async def dissolve_batch(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    if visitor.form.is_resumed:
        return await _show_one(request, visitor, _id(id))
    outcome = await visitor.services.letters.batches.dissolve(visitor, _id(id))
    return await _after(request, visitor, outcome, _id(id), said="dissolved")


@post(f"{ONE}/parcels", include_in_schema=False, opt=PRINTS, status_code=200)
async def take_out_batch(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Stream:
    if visitor.form.is_resumed:
        return await _show_one(request, visitor, _id(id))
    pieces = await visitor.services.letters.batches.take_out(visitor, _id(id))
    if isinstance(pieces, NotNow):
        return await _show_one(request, visitor, _id(id), problem=pieces.word)
    name = f"letters-{visitor.organisation.slug}-{_id(id)}.zip"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Stream(pieces, media_type="application/zip", headers=headers)


@post(f"{ONE}/handovers", include_in_schema=False, opt=PRINTS, status_code=200)
async def confirm_handover(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    if visitor.form.is_resumed:
        return await _show_one(request, visitor, _id(id))
    outcome = await visitor.services.letters.batches.confirm(visitor, _id(id))
    return await _after(request, visitor, outcome, _id(id), said="handed_over")


@get(BACK, include_in_schema=False, opt=TAKES_BACK)
async def show_returned(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return await _show_back(request, visitor)


@post(BACK, include_in_schema=False, opt=TAKES_BACK, status_code=200)
async def take_letter_back(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    typed = visitor.form.text("mark")[:TYPED_AT_MOST]
    if visitor.form.is_resumed:
        return await _show_back(request, visitor, typed=typed)
    outcome = await visitor.services.letters.returned.take_back(visitor, typed)
    match outcome:
        case TakenBack() | BackAlready():
            return await _show_back(request, visitor, outcome=outcome)
        case NoSuchLetter():
            return await _show_back(request, visitor, typed=typed, problem=outcome.word)
        case _:
            assert_never(outcome)


async def _after(
    request: AnyRequest, visitor: Visitor, outcome: Batch | NotNow, id: BatchId, *, said: str
) -> Response[str] | Redirect:
    if isinstance(outcome, NotNow):
        return await _show_one(request, visitor, id, problem=outcome.word)
    return go(f"{BATCHES}/{id}", said=said)


async def _show_one(
    request: AnyRequest,
    visitor: Visitor,
    id: BatchId,
    *,
    asks: bool = False,
    reason: str = "",
    problem: str = "",
) -> Response[str]:
    batch = await visitor.services.letters.batches.find(visitor.organisation.id, id)
    return show_console(
        request,
        visitor,
        "letters/batch.html",
        status=422 if problem else 200,
        batch=batch,
        made_by=await name_of(visitor, batch.made_by),
        released_by=await name_of(visitor, batch.released_by),
        asks=asks,
        reason=reason,
        problem=problem,
    )


async def _show_back(
    request: AnyRequest,
    visitor: Visitor,
    *,
    typed: str = "",
    outcome: TakenBack | BackAlready | None = None,
    problem: str = "",
) -> Response[str]:
    return show_console(
        request,
        visitor,
        "letters/returned.html",
        status=422 if problem else 200,
        typed=typed,
        outcome=outcome,
        problem=problem,
    )


def _id(id: UUID) -> BatchId:
    return BatchId(Id(int=id.int))


routes = [
    show_letters,
    collect_letters,
    show_batch,
    release_batch,
    propose_release,
    dissolve_batch,
    take_out_batch,
    confirm_handover,
    show_returned,
    take_letter_back,
]
