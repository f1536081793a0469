"""My account → My test number: where somebody tries what they write, once a code was typed."""

from typing import TypeAlias

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import TooMany, TooSoon, Verified, Wrong
from watchword.features.contacts.rules import Contact, read_phone
from watchword.features.staff.permissions import Permission
from watchword.web.console.account import PATH as ACCOUNT
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

PATH = f"{ACCOUNT}/number"
TRIES = {PERMISSION: Permission.CAMPAIGNS}
TYPED_AT_MOST = 64
Reply: TypeAlias = Response[str] | Redirect


@get(PATH, include_in_schema=False, opt=TRIES)
async def show_number(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return await _show(request, visitor)


@post(PATH, include_in_schema=False, status_code=200, opt=TRIES)
async def name_number(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Reply:
    """Send a code to a number that is to be somebody's own."""
    if visitor.form.is_resumed:
        return await _show(request, visitor)
    contact = read_phone(visitor.form.text("number"), visitor.organisation.country)
    if not isinstance(contact, Contact):
        return await _show(request, visitor, problem="unreachable")
    sent = await visitor.services.staff.numbers.begin(visitor.colleague, contact)
    if isinstance(sent, Shown):
        return go(PATH, said="sent")
    is_wait = isinstance(sent, TooSoon | TooMany)
    return await _show(request, visitor, problem="wait" if is_wait else "not_sent")


@post(f"{PATH}/confirmations", include_in_schema=False, status_code=200, opt=TRIES)
async def confirm_number(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Reply:
    if visitor.form.is_resumed:
        return await _show(request, visitor)
    typed = visitor.form.text("code")[:TYPED_AT_MOST]
    verdict = await visitor.services.staff.numbers.confirm(visitor.colleague, typed)
    match verdict:
        case Verified():
            return go(PATH, said="confirmed")
        case Wrong(left) if left:
            return await _show(request, visitor, problem="wrong", left=left)
        case TooMany():
            return await _show(request, visitor, problem="wait")
        case _:
            return await _show(request, visitor, problem="over")


@post(f"{PATH}/removals", include_in_schema=False, status_code=200, opt=TRIES)
async def remove_number(visitor: NamedDependency[Visitor]) -> Redirect:
    if visitor.form.is_resumed:
        return go(PATH)
    await visitor.services.staff.numbers.remove(visitor.colleague)
    return go(PATH, said="removed")


async def _show(
    request: AnyRequest, visitor: Visitor, *, problem: str = "", left: int = 0
) -> Response[str]:
    return show_console(
        request,
        visitor,
        "account/number.html",
        status=422 if problem else 200,
        number=await visitor.services.staff.numbers.of(visitor.colleague),
        problem=problem,
        left=left,
    )


routes = [show_number, name_number, confirm_number, remove_number]
