"""A member who needs help: what would happen in a call, another PIN, and one more try."""

from litestar import Response, get, post
from litestar.di import NamedDependency

from watchword.features.calls.members.rules import Looked, NoEffect
from watchword.features.calls.members.service import Seen
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import Reasonless
from watchword.foundation.secret import Secret
from watchword.web.console.forms import NO_NUMBER
from watchword.web.console.pages import show_console
from watchword.web.console.telephone.calls import WHY
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

PATH = "/console/telephone/members"
MAY = {PERMISSION: Permission.MEMBER_PIN_RESET}
NUMBER_AT_MOST = 40


@get(PATH, include_in_schema=False, opt=MAY)
async def show_members(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return _show(request, visitor, None)


@post(PATH, include_in_schema=False, opt=MAY, status_code=200)
async def find_member(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    """Look a number up. Nothing is changed by it, and it stands in no address."""
    if visitor.form.is_resumed or not _number(visitor).reveal():
        return _show(request, visitor, None)
    return _show(request, visitor, await _look(visitor))


@post(f"{PATH}/resets", include_in_schema=False, opt=MAY, status_code=200)
async def reset(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    if visitor.form.is_resumed:
        return _show(request, visitor, await _look(visitor))
    place = visitor.form.number("place")
    outcome = await visitor.services.telephone.members.reset(
        visitor,
        _number(visitor),
        NO_NUMBER if place is None else place,
        visitor.form.text("reason"),
    )
    if isinstance(outcome, Reasonless):
        return _show(request, visitor, await _look(visitor), problem="reset")
    if isinstance(outcome, NoEffect):
        return _show(request, visitor, outcome.looked, problem=outcome.word)
    return _show(request, visitor, outcome, done="reset")


@post(f"{PATH}/unlockings", include_in_schema=False, opt=MAY, status_code=200)
async def unlock(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    if visitor.form.is_resumed:
        return _show(request, visitor, await _look(visitor))
    outcome = await visitor.services.telephone.members.unlock(
        visitor, _number(visitor), visitor.form.text("reason")
    )
    if isinstance(outcome, Reasonless):
        return _show(request, visitor, await _look(visitor), problem="unlock")
    is_done = isinstance(outcome, Looked) and not outcome.is_any_locked
    return _show(request, visitor, outcome, done="unlocked" if is_done else "still_locked")


async def _look(visitor: Visitor) -> Seen:
    return await visitor.services.telephone.members.look(visitor, _number(visitor))


def _number(visitor: Visitor) -> Secret:
    return Secret(visitor.form.text("number")[:NUMBER_AT_MOST])


def _show(
    request: AnyRequest,
    visitor: Visitor,
    looked: Seen | None,
    *,
    problem: str = "",
    done: str = "",
) -> Response[str]:
    found = looked if isinstance(looked, Looked) else None
    return show_console(
        request,
        visitor,
        "telephone/members.html",
        status=422 if problem else 200,
        looked=found,
        sees_why=visitor.admits(WHY),
        refused="" if looked is None or isinstance(looked, Looked) else looked.word,
        number=_number(visitor).reveal(),
        problem=problem,
        done=done if found else "",
    )


routes = [show_members, find_member, reset, unlock]
