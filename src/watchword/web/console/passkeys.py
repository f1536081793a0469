"""The pages on which somebody adds, names and removes their passkeys.

Keys are made by the browser, so this is the one thing in the console that needs a script. It asks
here what to make, and hands in what was made with the form of the page.
"""

from typing import Any, assert_never
from uuid import UUID

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.staff.passkeys.rules import (
    PASSKEYS_AT_MOST,
    Full,
    NamelessOrEndless,
    NoPasskeysHere,
    Passkey,
    PasskeyId,
    Refused,
    Stale,
)
from watchword.features.staff.sessions.rules import is_fresh
from watchword.foundation.errors import NotFound
from watchword.web.console.account import OWN, PATH, ask_again, obstacle_of
from watchword.web.console.browsers import device_of
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import AnyRequest

NEW = PATH + "/passkeys/new"
STALE, FULL, NOT_HERE, NAME, NOTHING = "stale", "full", "not_here", "name", "nothing"
"""Why nothing was added, as pages and scripts say it; beside them, each reason of a refusal."""
WORDS = {Stale: STALE, Full: FULL, NamelessOrEndless: NAME}


@get(NEW, include_in_schema=False, opt=OWN)
async def show_new(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return _show_new(request, visitor, name=device_of(request))


@post(PATH + "/passkeys/options", include_in_schema=False, status_code=200, opt=OWN)
async def show_options(visitor: NamedDependency[Visitor]) -> Response[str]:
    """Tell the script of the page what the browser is to make."""
    staff = visitor.services.staff
    if isinstance(staff.passkeys.party, NoPasskeysHere):
        return _said(NOT_HERE)
    match await staff.passkeys.ask_for_a_new_one(staff.passkeys.party, visitor.visit):
        case str() as options:
            return Response(f'{{"options":{options}}}', media_type=MediaType.JSON)
        case Stale():
            return _said(STALE)
        case Full():
            return _said(FULL)
        case asked:
            assert_never(asked)


@post(PATH + "/passkeys", include_in_schema=False, status_code=200, opt=OWN)
async def add(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[Any]:
    name, answer = visitor.form.text("name"), visitor.form.text("credential")
    if visitor.form.is_resumed:
        return _show_new(request, visitor, name=name)
    problem = await _added(visitor, name, answer)
    if problem == STALE:
        return await ask_again(request, visitor)
    if problem is not None:
        return _show_new(request, visitor, name=name, problem=problem, status=422)
    return go(PATH, said="passkey_added")


async def _added(visitor: Visitor, name: str, answer: str) -> str | None:
    """Keep a passkey; say why not, if not."""
    passkeys = visitor.services.staff.passkeys
    if isinstance(passkeys.party, NoPasskeysHere):
        return NOT_HERE
    if not answer:
        return await _why_nothing(visitor)
    match await passkeys.add(passkeys.party, visitor.visit, name, answer):
        case Passkey():
            return None
        case Refused(because):
            return because
        case (Stale() | Full() | NamelessOrEndless()) as refusal:
            return WORDS[type(refusal)]
        case added:
            assert_never(added)


async def _why_nothing(visitor: Visitor) -> str:
    """Say why a browser has made no passkey: we would not have it, or it could not."""
    if not is_fresh(visitor.session, visitor.services.storage.now()):
        return STALE
    known = await visitor.services.staff.passkeys.of(visitor.visit)
    return FULL if len(known) >= PASSKEYS_AT_MOST else NOTHING


@get(PATH + "/passkeys/{id:uuid}", include_in_schema=False, opt=OWN)
async def show_one(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _show_one(request, visitor, id)


@post(PATH + "/passkeys/{id:uuid}", include_in_schema=False, status_code=200, opt=OWN)
async def rename(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[Any]:
    name = visitor.form.text("name")
    if visitor.form.is_resumed:
        return await _show_one(request, visitor, id, name=name)
    passkeys = visitor.services.staff.passkeys
    if await passkeys.rename(visitor.visit, PasskeyId(id), name) is not None:
        return await _show_one(request, visitor, id, name=name, problem=NAME, status=422)
    return go(PATH, said="passkey_renamed")


@post(PATH + "/passkeys/{id:uuid}/removals", include_in_schema=False, status_code=200, opt=OWN)
async def remove(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[Any]:
    if visitor.form.is_resumed:
        return await _show_one(request, visitor, id)
    passkeys = visitor.services.staff.passkeys
    if await passkeys.remove(visitor.visit, PasskeyId(id)) is not None:
        return await ask_again(request, visitor)
    return go(PATH, said="passkey_removed")


def _show_new(
    request: AnyRequest, visitor: Visitor, *, name: str, problem: str = "", status: int = 200
) -> Response[str]:
    return show_console(
        request,
        visitor,
        "account/passkey_new.html",
        status=status,
        name=name,
        problem=str(problem),
        obstacle=obstacle_of(visitor),
        is_resumed=visitor.form.is_resumed,
    )


async def _show_one(
    request: AnyRequest,
    visitor: Visitor,
    id: UUID,
    *,
    name: str | None = None,
    problem: str = "",
    status: int = 200,
) -> Response[str]:
    passkeys = await visitor.services.staff.passkeys.of(visitor.visit)
    passkey = next((each for each in passkeys if each.id == id), None)
    if passkey is None:
        raise NotFound("passkey")
    return show_console(
        request,
        visitor,
        "account/passkey.html",
        status=status,
        passkey=passkey,
        name=passkey.name if name is None else name,
        problem=problem,
        is_last=len(passkeys) == 1,
    )


def _said(problem: str) -> Response[str]:
    return Response(f'{{"problem":"{problem}"}}', media_type=MediaType.JSON)


routes = [show_new, show_options, add, show_one, rename, remove]
