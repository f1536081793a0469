"""The points of a card's account: how they came and went, and how staff set them right."""

import re
from typing import TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.cards.rules import CardId
from watchword.features.idempotency.rules import OtherBody
from watchword.features.points.ledger import (
    OutOfRange,
    TooFewPoints,
)
from watchword.features.points.service import Refused
from watchword.features.points.verdicts import Adjustment, OwnAccount
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import Reasonless
from watchword.foundation.ids import Id
from watchword.web.console.actors import name_of
from watchword.web.console.card_page import PATH
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest

SEES, ADJUSTS = {PERMISSION: Permission.CUSTOMERS_SEARCH}, {PERMISSION: Permission.POINTS_ADJUST}

Shown: TypeAlias = Response[str] | Redirect


@get(PATH + "/{id:uuid}/points", include_in_schema=False, opt=SEES)
async def show_points(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _show(request, visitor, CardId(Id(int=id.int)))


@post(PATH + "/{id:uuid}/points", include_in_schema=False, opt=ADJUSTS, status_code=200)
async def adjust_points(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    card_id, form = CardId(Id(int=id.int)), visitor.form
    if form.is_resumed:
        return await _show(request, visitor, card_id)
    points = _read(form.text("points"))
    if points is None:
        return await _show(request, visitor, card_id, "points")
    card = await visitor.services.cards.cards.read(visitor.organisation.id, card_id)
    outcome = await visitor.services.points.adjust(
        visitor.colleague, card.account_id, points, form.text("reason")
    )
    if isinstance(outcome, Adjustment):
        return go(f"{PATH}/{card_id}/points", said="adjusted")
    return await _show(request, visitor, card_id, _problem(outcome))


def _problem(refused: Refused | OtherBody) -> str:
    match refused:
        case TooFewPoints():
            return "too_few"
        case OutOfRange():
            return "points"
        case Reasonless():
            return "reason"
        case OwnAccount():
            return "own"
        case OtherBody():
            raise AssertionError("This ends so only for a request with a key of its own.")


async def _show(
    request: AnyRequest, visitor: Visitor, id: CardId, problem: str = ""
) -> Response[str]:
    rows, whose = rows_of(request), visitor.organisation.id
    holding = await visitor.services.cards.register.one(whose, id)
    account_id = holding.card.account_id
    page = await visitor.services.statements.page(whose, account_id, rows.after, rows.most)
    doers = {each.transfer.actor for each in page.items}
    return show_console(
        request,
        visitor,
        "cards/points.html",
        status=422 if problem else 200,
        holding=holding,
        card=holding.card,
        balance=await visitor.services.points.read(whose, account_id),
        lines=page.items,
        cursor=write_cursor(page.after),
        rows=rows,
        doers={each: await name_of(visitor, each) for each in doers},
        problem=problem,
        form=visitor.form,
    )


WHOLE = re.compile(r"[+-]?[0-9]{1,10}")


def _read(typed: str) -> int | None:
    """Read a whole number; a minus may be any of those that keyboards write."""
    said = typed.replace("\u2212", "-").replace("\u2013", "-").strip()
    return int(said) if WHOLE.fullmatch(said) else None


routes = [show_points, adjust_points]
