"""How a page of the console is put together: the frame around it, and who looks at it."""

from typing import Any

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from watchword.features.staff.permissions import Permission
from watchword.foundation.errors import NotFound
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import AnyRequest, not_found, show

HOME = "/console"


def show_console(
    request: AnyRequest, visitor: Visitor, template: str, *, status: int = 200, **facts: object
) -> Response[str]:
    """Show a page of the console in the language of whoever looks at it."""
    return show(
        request,
        f"console/{template}",
        status=status,
        is_found=True,
        preferred=visitor.member.locale,
        zone=visitor.zone,
        visitor=visitor,
        Permission=Permission,
        said=request.query_params.get("said", ""),
        now=visitor.services.storage.now(),
        **facts,
    )


def nothing_here(request: AnyRequest, fault: HTTPException | NotFound) -> Response[Any]:
    """Say that there is nothing, in the frame of the console where one is in it."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    is_inside = request.url.path.startswith((f"{HOME}/", "/till/"))
    if not is_inside or "text/html" not in request.headers.get("accept", ""):
        return not_found(request, fault)
    if visitor is None:
        return show(request, "console/nothing_at_the_door.html", status=404, is_found=False)
    return show(
        request,
        "console/nothing.html",
        status=404,
        is_found=False,
        preferred=visitor.member.locale,
        zone=visitor.zone,
        visitor=visitor,
        Permission=Permission,
        said="",
    )


def go(path: str, said: str = "") -> Redirect:
    """Go to a page after something was done, and have it say so in passing."""
    return Redirect(f"{path}?said={said}" if said else path, status_code=303)
