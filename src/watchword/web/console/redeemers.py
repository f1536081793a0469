"""Who may collect points and not redeem them: a list, mostly of those who work here."""

from typing import TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.contacts.typed import read_typed
from watchword.features.idempotency.rules import OtherBody
from watchword.features.rewards.blocklist.rules import (
    InThePast,
    Lifted,
    NotByThat,
    RedeemingBlock,
    stands,
)
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import Reasonless
from watchword.foundation.ids import Id
from watchword.web.console.actors import name_of
from watchword.web.console.offer_fields import Fields, last_day
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest

PATH = "/console/redeemers"
MAY = {PERMISSION: Permission.REDEEMERS_BLOCK}

Shown: TypeAlias = Response[str] | Redirect


@get(PATH, include_in_schema=False, opt=MAY)
async def show_redeemers(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return await _show(request, visitor)


@post(PATH, include_in_schema=False, opt=MAY, status_code=200)
async def block_redeemer(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Shown:
    form = visitor.form
    if form.is_resumed:
        return await _show(request, visitor)
    contact = read_typed(form.text("who"), visitor.organisation.country)
    until = Fields(form).end("until", None)
    if not isinstance(contact, Contact):
        return await _show(request, visitor, "who")
    if form.text("until") and until is None:
        return await _show(request, visitor, "until")
    outcome = await visitor.services.blocklist.add(visitor, contact, until, form.text("reason"))
    if isinstance(outcome, RedeemingBlock):
        return go(PATH, said="blocked")
    return await _show(request, visitor, _problem(outcome))


def _problem(refused: InThePast | NotByThat | Reasonless | OtherBody) -> str:
    match refused:
        case InThePast():
            return "until"
        case NotByThat():
            return "who"
        case Reasonless():
            return "reason"
        case OtherBody():
            raise AssertionError("This ends so only for a request with a key of its own.")


@post(f"{PATH}/{{id:uuid}}/liftings", include_in_schema=False, opt=MAY, status_code=200)
async def lift_redeemer(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    if visitor.form.is_resumed:
        return await _show(request, visitor)
    which = ContactId(Id(int=id.int))
    outcome = await visitor.services.blocklist.lift(visitor, which, visitor.form.text("reason"))
    if isinstance(outcome, Lifted):
        return go(PATH, said="lifted")
    return await _show(request, visitor, "lifting")


async def _show(request: AnyRequest, visitor: Visitor, problem: str = "") -> Response[str]:
    rows = rows_of(request)
    page = await visitor.services.blocklist.page(visitor.organisation.id, rows.after, rows.most)
    doers = {each.made_by for each in page.items}
    return show_console(
        request,
        visitor,
        "redeemers/list.html",
        status=422 if problem else 200,
        blocks=page.items,
        cursor=write_cursor(page.after),
        rows=rows,
        doers={each: await name_of(visitor, each) for each in doers},
        stands=stands,
        last_day=last_day,
        problem=problem,
        form=visitor.form,
    )


routes = [show_redeemers, block_redeemer, lift_redeemer]
