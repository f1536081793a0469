"""What is said at the door of the console to whoever is not let in."""

import hmac
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.response import Redirect

from watchword.features.staff.sessions.rules import Over, form_token
from watchword.web.console.cookies import read_cookie
from watchword.web.console.forms import CARRIED, Form, NoForm, read_form
from watchword.web.console.sign_in_page import (
    NEXT,
    ORGANISATION,
    SIGN_IN,
    SLUG_AT_MOST,
    show_sign_in,
)
from watchword.web.html.languages import LANGUAGES
from watchword.web.html.pages import LANG, AnyRequest, show
from watchword.wiring import Services

HOME = "/console"

__all__ = ["SIGN_IN", "ask_to_sign_in", "refuse"]


async def ask_to_sign_in(request: AnyRequest, over: Over | None) -> Response[Any]:
    """Have somebody sign in, and go on from there with what they wanted to do.

    Whoever sent a form keeps what was in it, if we know who they were, and it was of their session.
    """
    if request.method == "POST" and over is not None:
        return await _keep_form(request, over)
    path = HOME if request.method == "POST" else request.url.path
    if request.url.query and request.method != "POST":
        path += f"?{request.url.query}"
    because = "" if over is None else f"&over={over.because}&{ORGANISATION}={_slug(over)}"
    chosen = request.query_params.get(LANG)
    language = f"&{LANG}={chosen}" if chosen in LANGUAGES else ""
    address = f"{SIGN_IN}?{NEXT}={quote(path, safe='')}{because}{language}"
    return Redirect(address, status_code=303)


def refuse(request: AnyRequest, because: str, visitor: object | None = None) -> Response[str]:
    """Say that somebody may not be here, or that a form was not sent from a page of ours."""
    return show(
        request,
        "console/refused.html",
        status=403,
        because=because,
        visitor=visitor,
    )


async def _keep_form(request: AnyRequest, over: Over) -> Response[Any]:
    services: Services = request.app.state.services
    try:
        form = await read_form(request)
    except NoForm:
        return refuse(request, "foreign")
    secret = read_cookie(request, services.settings.web)
    if secret is None or not hmac.compare_digest(form.token.encode(), form_token(secret).encode()):
        return refuse(request, "foreign")
    carried = services.staff.interruptions.keep(
        over.organisation.id, over.staff_id, request.url.path, form.pairs
    )
    handed_on = Form([(ORGANISATION, _slug(over)), (NEXT, HOME), (CARRIED, carried or "")])
    return await show_sign_in(
        request,
        services,
        handed_on,
        over=over.because,
        status=403,
        is_lost=carried is None,
    )


def _slug(over: Over) -> str:
    return over.organisation.slug[:SLUG_AT_MOST]
