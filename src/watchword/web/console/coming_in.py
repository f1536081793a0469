"""What happens in the browser when somebody has shown who they are, in whatever way.

They get the secret of a new session, go where they wanted to go, and find what they had typed.
"""

from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Response
from litestar.response import Redirect

from watchword.features.staff.sessions.rules import SignedIn, Visit
from watchword.web.console.cookies import new_cookie, read_cookie
from watchword.web.console.forms import CARRIED, Form
from watchword.web.console.sign_in_page import NEXT, NEXT_AT_MOST, SIGN_IN
from watchword.web.console.visits import address_of
from watchword.web.html.keepsakes import Keepsake, keepsake
from watchword.web.html.languages import LANGUAGES
from watchword.web.html.pages import LANG, AnyRequest, show
from watchword.wiring import Services

HOME = "/console"
ROOMS = (HOME, "/till")
"""Below what addresses staff work."""
SAME_FORM_AGAIN: Final = 307
"""Has the browser send the form that it has just sent to another place, and nothing else."""


async def come_in(
    request: AnyRequest,
    services: Services,
    signed_in: SignedIn,
    form: Form,
    *,
    was_sent: bool = True,
) -> Response[Any]:
    """Let the browser of somebody in. `form` has what it carried through sign-in; without
    `was_sent` it did not carry that itself, for it was away.

    Whoever was cut short in the middle of a form sees it again as it was, if it was theirs; it is
    done by its own button and not by this.
    """
    await _end_older(request, services)
    await _keep_language(request, services, signed_in)
    colleague, carried = signed_in.colleague, form.text(CARRIED)
    kept = services.staff.interruptions.give_back(
        colleague.organisation.id, colleague.member.id, carried
    )
    path = safe_next(form.text(NEXT)) if kept is None else kept.path
    response: Response[Any]
    if not carried:
        response = Redirect(path, status_code=303)
    elif kept is not None and was_sent and request.method == "POST":
        response = Redirect(path, status_code=SAME_FORM_AGAIN)
    else:
        # Either the browser has no form that it could send again, or it is not theirs.
        response = show(
            request,
            "console/sign_in_go_on.html",
            path=path,
            carried=carried,
            is_theirs=kept is not None,
        )
    web = services.settings.web
    response.set_cookie(new_cookie(signed_in.secret, web))
    slug = colleague.organisation.slug
    response.set_cookie(keepsake(Keepsake.ORGANISATION, slug, web.public_url))
    return response


def safe_next(path: str) -> str:
    """Give where somebody wanted to go, if that is a page for staff; else the first of all."""
    parts = urlsplit(path if len(path) <= NEXT_AT_MOST else "")
    is_ours = any(parts.path == each or parts.path.startswith(f"{each}/") for each in ROOMS)
    is_plain = path.isascii() and path.isprintable() and not {*'\\"<> '} & {*path}
    is_inside = not parts.scheme and not parts.netloc and ".." not in parts.path
    is_elsewhere = not parts.path.startswith(SIGN_IN) and "//" not in parts.path
    return path if is_ours and is_plain and is_inside and is_elsewhere else HOME


async def _keep_language(request: AnyRequest, services: Services, signed_in: SignedIn) -> None:
    """Speak to somebody from now on as they chose at the door."""
    colleague, chosen = signed_in.colleague, request.query_params.get(LANG)
    if chosen and chosen in LANGUAGES and chosen != colleague.member.locale:
        await services.staff.members.speak(colleague, chosen)
        services.staff.sessions.forget()


async def _end_older(request: AnyRequest, services: Services) -> None:
    """End the session that the browser had until now: what it showed before is worth nothing."""
    older = read_cookie(request, services.settings.web)
    if older is None:
        return
    found = await services.staff.sessions.recognise(older, address_of(request))
    if isinstance(found, Visit):
        await services.staff.sessions.end(found, found.session.id)
