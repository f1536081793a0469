"""What was verified for another reason, apart from all else: a list, and a file of it."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Stream

from watchword.features.cards.register.service import Override
from watchword.features.cards.verdicts import NeedsReason
from watchword.features.ledger.spreadsheets import BEGIN, row
from watchword.features.staff.permissions import Permission
from watchword.web.console.actors import name_of
from watchword.web.console.card_page import PATH
from watchword.web.console.pages import show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import HEADERS, AnyRequest

LIST = PATH + "/overrides"
EDIT = {PERMISSION: Permission.CARDS_EDIT}
TAKES_OUT = {PERMISSION: Permission.CUSTOMERS_EXPORT}
COLUMNS = ("at", "colleague", "second_person", "customer", "card", "state")


@get(LIST, include_in_schema=False, opt=EDIT)
async def list_overrides(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return await _show(request, visitor)


@post(LIST + "/exports", include_in_schema=False, opt=TAKES_OUT, status_code=200)
async def export(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[Any]:
    reason = visitor.form.text("reason")
    if visitor.form.is_resumed:
        return await _show(request, visitor, reason=reason)
    found = await visitor.services.cards.register.take_out_overrides(visitor.colleague, reason)
    if isinstance(found, NeedsReason):
        return await _show(request, visitor, reason=reason, problem=found.word)
    name = f"overrides-{visitor.organisation.slug}.csv"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Stream(_table(visitor, found), media_type="text/csv", headers=headers)


async def _table(
    visitor: Visitor, pages: AsyncIterator[Sequence[Override]]
) -> AsyncIterator[bytes]:
    names = dict[str, str]()
    yield (BEGIN + row(COLUMNS)).encode()
    async for page in pages:
        for doer in {each.line.actor for each in page} - names.keys():
            named = await name_of(visitor, doer)
            names[doer] = (named and named.name) or doer
        yield "".join(row(_cells(each, names)) for each in page).encode()


def _cells(each: Override, names: dict[str, str]) -> Sequence[str]:
    customer, card = each.holding.customer, each.holding.card
    return (
        each.line.at.isoformat(timespec="seconds"),
        names[each.line.actor],
        "yes" if "approved" in each.line.evidence else "no",
        "" if customer is None else customer.profile.name,
        f"…{card.last_four}",
        card.state,
    )


async def _show(
    request: AnyRequest, visitor: Visitor, *, reason: str = "", problem: str = ""
) -> Response[str]:
    rows = rows_of(request)
    register = visitor.services.cards.register
    found = await register.overrides(visitor.organisation.id, rows.after, rows.most)
    doers = {*found.counts, *(each.line.actor for each in found.page.items)}
    return show_console(
        request,
        visitor,
        "cards/overrides.html",
        status=422 if problem else 200,
        found=found,
        doers={doer: await name_of(visitor, doer) for doer in doers},
        cursor=write_cursor(found.page.after) or "",
        rows=rows,
        reason=reason,
        problem=problem,
    )


routes = [list_overrides, export]
