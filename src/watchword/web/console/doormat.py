"""What is said at the door of the console to whoever is not let in."""

from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.response import Redirect

from watchword.features.staff.sessions.rules import Over
from watchword.web.html.pages import AnyRequest, show

SIGN_IN = "/console/sign-in"
STATUS = {"foreign": 403, "forbidden": 403}


async def ask_to_sign_in(request: AnyRequest, over: Over | None) -> Response[Any]:
    """Send somebody to the sign-in page, and back from there to where they wanted to go."""
    path = request.url.path
    if request.url.query:
        path += f"?{request.url.query}"
    because = "" if over is None else f"&over={over.because}"
    return Redirect(f"{SIGN_IN}?next={quote(path, safe='')}{because}", status_code=303)


def refuse(request: AnyRequest, because: str, visitor: object | None = None) -> Response[str]:
    """Say that somebody may not be here, or that a form was not sent from a page of ours."""
    return show(
        request,
        "console/refused.html",
        status=STATUS[because],
        because=because,
        visitor=visitor,
    )
