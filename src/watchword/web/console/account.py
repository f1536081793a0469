"""My account: who I am here, my language, my passkeys, and where I am signed in."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.organisations.rules import LocationId
from watchword.features.staff.passkeys.rules import PASSKEYS_AT_MOST, NoPasskeysHere
from watchword.features.staff.permissions import Permission
from watchword.features.staff.sessions.rules import Ended, Over, SessionId
from watchword.foundation.errors import NotFound
from watchword.web.console.coming_in import safe_next
from watchword.web.console.doormat import ask_to_sign_in
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.languages import LANGUAGES
from watchword.web.html.pages import AnyRequest

PATH = "/console/account"
OWN = {PERMISSION: Permission.OWN_ACCOUNT}


def obstacle_of(visitor: Visitor) -> str:
    """Say why there are no passkeys here; nothing, if there are."""
    party = visitor.services.staff.passkeys.party
    return party.because if isinstance(party, NoPasskeysHere) else ""


async def ask_again(request: AnyRequest, visitor: Visitor) -> Response[Any]:
    """Have somebody show once more who they are, and come back with what they had typed."""
    over = Over(because=Ended.STALE, staff_id=visitor.member.id, organisation=visitor.organisation)
    return await ask_to_sign_in(request, over)


@get(PATH, include_in_schema=False, opt=OWN)
async def show_account(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    staff, visit = visitor.services.staff, visitor.visit
    return show_console(
        request,
        visitor,
        "account/page.html",
        places=await _places(visitor),
        obstacle=obstacle_of(visitor),
        passkeys=await staff.passkeys.of(visit),
        passkeys_at_most=PASSKEYS_AT_MOST,
        sessions=await staff.sessions.of(visit),
        door=staff.links.door(visitor.organisation),
    )


@post(PATH + "/language", include_in_schema=False, status_code=200, opt=OWN)
async def choose_language(visitor: NamedDependency[Visitor]) -> Redirect:
    """Speak to somebody in another language from now on, here and by mail.

    Every page has a button for it, and says by `back` where it stood.
    """
    chosen, back = visitor.form.text("language"), visitor.form.text("back")
    if chosen in LANGUAGES and not visitor.form.is_resumed:
        await visitor.services.staff.members.speak(visitor.colleague, chosen)
        visitor.services.staff.sessions.forget()
    return go(safe_next(back)) if back else go(PATH, said="language")


@post(PATH + "/sessions/{id:uuid}/endings", include_in_schema=False, status_code=200, opt=OWN)
async def end_session(id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Redirect:
    if visitor.form.is_resumed:
        return go(PATH)
    if not await visitor.services.staff.sessions.end(visitor.visit, SessionId(id)):
        raise NotFound("session")
    return go(PATH, said="session_ended")


@post(PATH + "/sessions/endings", include_in_schema=False, status_code=200, opt=OWN)
async def end_other_sessions(visitor: NamedDependency[Visitor]) -> Redirect:
    if visitor.form.is_resumed:
        return go(PATH)
    await visitor.services.staff.sessions.end_everywhere(
        visitor.colleague, visitor.member.id, but=visitor.session.id
    )
    return go(PATH, said="sessions_ended")


async def _places(visitor: Visitor) -> Mapping[LocationId, str]:
    """Name the locations at which somebody has a role."""
    if all(grant.location is None for grant in visitor.member.grants):
        return {}
    locations = await visitor.services.configuration.locations.all(visitor.organisation.id)
    return {location.id: location.name for location in locations}


routes = [show_account, choose_language, end_session, end_other_sessions]
