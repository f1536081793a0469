"""Recovery codes: how many somebody has left, and ten new ones, shown once."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from watchword.features.staff.permissions import Permission
from watchword.features.staff.recovery.rules import Kept, NotFresh
from watchword.web.console.account import ask_again
from watchword.web.console.pages import show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

PATH = "/console/account/recovery-codes"
OWN = {PERMISSION: Permission.OWN_ACCOUNT}


@get(PATH, include_in_schema=False, opt=OWN)
async def show_codes(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return await _show(request, visitor)


@post(PATH, include_in_schema=False, status_code=200, opt=OWN)
async def make_codes(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Make ten new codes for somebody who has just shown who they are; older ones are worthless."""
    if visitor.form.is_resumed:
        return await _show(request, visitor, is_resumed=True)
    kept = await visitor.services.staff.recovery.left(visitor.visit)
    if visitor.form.text("seen") != seen_of(kept):
        # The form was sent twice. What was written down is not to become worthless by that.
        return await _show(request, visitor, is_repeated=True)
    made = await visitor.services.staff.recovery.make(visitor.visit)
    if isinstance(made, NotFresh):
        return await ask_again(request, visitor)
    codes = [code.reveal() for code in made]
    return show_console(request, visitor, "account/recovery_codes_made.html", codes=codes)


async def _show(
    request: AnyRequest, visitor: Visitor, *, is_resumed: bool = False, is_repeated: bool = False
) -> Response[str]:
    kept = await visitor.services.staff.recovery.left(visitor.visit)
    return show_console(
        request,
        visitor,
        "account/recovery_codes.html",
        status=422 if is_repeated else 200,
        kept=kept,
        seen=seen_of(kept),
        is_resumed=is_resumed,
        is_repeated=is_repeated,
    )


def seen_of(kept: Kept) -> str:
    """Name the codes that somebody has, for a form that is to take their place."""
    return "none" if kept.since is None else kept.since.isoformat()


routes = [show_codes, make_codes]
