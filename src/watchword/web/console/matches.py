"""Customers and cards → Registrations: who may have a card already, and whose it is."""

from typing import TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.cards.claims.rules import ClaimId, Outcome, Settled
from watchword.features.cards.claims.service import Seen
from watchword.features.cards.rules import Card, CardId
from watchword.features.contacts.rules import ContactKind
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import find_fault_of_reason
from watchword.foundation.ids import Id
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest

PATH = "/console/matches"
SEES = {PERMISSION: Permission.CUSTOMERS_SEARCH}
DECIDES = {PERMISSION: Permission.CARDS_EDIT}
KINDS = [*ContactKind]
ALL = "all"

Page: TypeAlias = Response[str] | Redirect


@get(PATH, include_in_schema=False, opt=SEES)
async def show_matches(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows, state = rows_of(request), request.query_params.get("state", "")
    page = await visitor.services.joining.claims.page(
        visitor.organisation.id, rows.after, rows.most, is_open=state != ALL
    )
    return show_console(
        request,
        visitor,
        "matches/list.html",
        claims=page.items,
        state=ALL if state == ALL else "open",
        cursor=write_cursor(page.after),
        rows=rows,
    )


@get(f"{PATH}/{{id:uuid}}", include_in_schema=False, opt=SEES)
async def show_match(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _show(request, visitor, _claim(id))


@post(f"{PATH}/{{id:uuid}}/links", include_in_schema=False, opt=DECIDES, status_code=200)
async def link(request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Page:
    which, reason = _claim(id), visitor.form.text("reason")
    card_id = await _chosen(visitor, which)
    problem = "card" if card_id is None else _reasonless(reason, "link_reason")
    if visitor.form.is_resumed or problem or card_id is None:
        problem = "" if visitor.form.is_resumed else problem
        return await _show(request, visitor, which, reason=reason, problem=problem)
    outcome = await visitor.services.joining.claims.link(visitor.colleague, which, card_id, reason)
    return await _told(request, visitor, which, outcome, "linked")


@post(f"{PATH}/{{id:uuid}}/separations", include_in_schema=False, opt=DECIDES, status_code=200)
async def keep_apart(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Page:
    which, reason = _claim(id), visitor.form.text("reason")
    problem = _reasonless(reason, "apart_reason")
    if visitor.form.is_resumed or problem:
        problem = "" if visitor.form.is_resumed else problem
        return await _show(request, visitor, which, reason=reason, problem=problem)
    outcome = await visitor.services.joining.claims.keep_apart(visitor.colleague, which, reason)
    return await _told(request, visitor, which, outcome, "apart")


@post(f"{PATH}/{{id:uuid}}/freezings", include_in_schema=False, opt=DECIDES, status_code=200)
async def freeze(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Page:
    """Shut a card of a match, or open it again: what it is now says which."""
    which, reason = _claim(id), visitor.form.text("reason")
    card_id = await _chosen(visitor, which)
    problem = "card" if card_id is None else _reasonless(reason, "freeze_reason")
    if visitor.form.is_resumed or problem or card_id is None:
        problem = "" if visitor.form.is_resumed else problem
        return await _show(request, visitor, which, reason=reason, problem=problem)
    claims, wants = visitor.services.joining.claims, visitor.form.text("wants")
    act = claims.thaw if wants == "thaw" else claims.freeze
    done = await act(visitor.colleague, card_id, reason)
    if isinstance(done, Card):
        return go(f"{PATH}/{id}", said="thawed" if wants == "thaw" else "frozen")
    return await _show(request, visitor, which, reason=reason, problem="freeze_reason")


async def _told(
    request: AnyRequest, visitor: Visitor, id: ClaimId, outcome: Outcome, said: str
) -> Page:
    if isinstance(outcome, Settled):
        return go(PATH, said=said)
    return await _show(request, visitor, id, problem=outcome.word)


async def _chosen(visitor: Visitor, id: ClaimId) -> CardId | None:
    """Give the card that a form names, if the claim is about it."""
    seen = await visitor.services.joining.claims.read(visitor.organisation.id, id)
    known = {str(each.card.id): each.card.id for each in seen.candidates}
    return known.get(visitor.form.text("card"))


def _reasonless(reason: str, problem: str) -> str:
    return problem if find_fault_of_reason(reason) else ""


async def _show(
    request: AnyRequest, visitor: Visitor, id: ClaimId, *, reason: str = "", problem: str = ""
) -> Response[str]:
    seen: Seen = await visitor.services.joining.claims.read(visitor.organisation.id, id)
    return show_console(
        request,
        visitor,
        "matches/one.html",
        status=422 if problem else 200,
        seen=seen,
        kinds=KINDS,
        reason=reason,
        problem=problem,
    )


def _claim(id: UUID) -> ClaimId:
    return ClaimId(Id(int=id.int))


routes = [show_matches, show_match, link, keep_apart, freeze]
