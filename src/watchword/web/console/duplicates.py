"""Customers and cards → Duplicates: two customers beside each other, and whether they are one."""

from typing import TypeAlias, assert_never
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.contacts.rules import ContactKind
from watchword.features.customers.duplicates.rules import (
    AlreadyDecided,
    Duplicate,
    DuplicateId,
)
from watchword.features.customers.rules import Customer, NotThemselves
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import Reasonless, find_fault_of_reason
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.forms import Form
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest

PATH = "/console/duplicates"
SEES = {PERMISSION: Permission.CUSTOMERS_SEARCH}
DECIDES = {PERMISSION: Permission.CARDS_EDIT}
KINDS = [*ContactKind]

Page: TypeAlias = Response[str] | Redirect


@get(PATH, include_in_schema=False, opt=SEES)
async def show_duplicates(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows, duplicates = rows_of(request), visitor.services.duplicates
    page = await duplicates.page(visitor.organisation.id, rows.after, rows.most)
    return show_console(
        request,
        visitor,
        "duplicates/list.html",
        pairs=page.items,
        cursor=write_cursor(page.after),
        rows=rows,
    )


@get(f"{PATH}/{{id:uuid}}", include_in_schema=False, opt=SEES)
async def show_duplicate(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Page:
    try:
        return await _show(request, visitor, _id(id))
    except NotFound:
        if not await visitor.services.duplicates.is_known(visitor.organisation.id, _id(id)):
            raise
        # Somebody else was faster, or the question is an old one.
        return go(PATH, said="decided")


@post(f"{PATH}/{{id:uuid}}/merges", include_in_schema=False, opt=DECIDES, status_code=200)
async def merge(request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Page:
    form, which = visitor.form, _id(id)
    reason, keep = form.text("reason"), form.text("keep")
    problem = _problem_of(form)
    if form.is_resumed or problem:
        return await _show(request, visitor, which, reason=reason, keep=keep, problem=problem)
    beside = await visitor.services.duplicates.find(visitor.organisation.id, which)
    kept, merged = beside.pair.first.id, beside.pair.second.id
    if keep == "second":
        kept, merged = merged, kept
    outcome = await visitor.services.customers.merge(visitor, kept, merged, reason)
    match outcome:
        case Customer():
            return go(PATH, said="merged")
        case NotThemselves():
            return go(PATH, said="decided")
        case Reasonless():
            raise AssertionError("The reason was looked at before.")
        case _:
            assert_never(outcome)


def _problem_of(form: Form) -> str:
    """Name what is missing before two become one: a choice, a look, a reason."""
    if form.is_resumed:
        return ""
    if form.text("keep") not in {"first", "second"}:
        return "keep"
    if not form.flag("sure"):
        return "sure"
    return "reason" if find_fault_of_reason(form.text("reason")) else ""


@post(f"{PATH}/{{id:uuid}}/dismissals", include_in_schema=False, opt=DECIDES, status_code=200)
async def dismiss(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Page:
    which, reason = _id(id), visitor.form.text("reason")
    if visitor.form.is_resumed:
        return await _show(request, visitor, which, reason=reason)
    outcome = await visitor.services.duplicates.dismiss(visitor, which, reason)
    match outcome:
        case Duplicate():
            return go(PATH, said="two_people")
        case AlreadyDecided():
            return go(PATH, said="decided")
        case Reasonless():
            return await _show(request, visitor, which, reason=reason, problem="reason_for_two")
        case _:
            assert_never(outcome)


async def _show(
    request: AnyRequest,
    visitor: Visitor,
    id: DuplicateId,
    *,
    reason: str = "",
    keep: str = "",
    problem: str = "",
) -> Response[str]:
    beside = await visitor.services.duplicates.find(visitor.organisation.id, id)
    return show_console(
        request,
        visitor,
        "duplicates/one.html",
        status=422 if problem else 200,
        pair=beside.pair,
        accounts=beside.accounts,
        kinds=KINDS,
        reason=reason,
        keep=keep,
        problem=problem,
    )


def _id(id: UUID) -> DuplicateId:
    return DuplicateId(Id(int=id.int))


routes = [show_duplicates, show_duplicate, merge, dismiss]
