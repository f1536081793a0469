"""Which page an act stands on.

Forms are sent to addresses of their own, and what is wrong with one is shown right there. Whoever
opens that address again, from a tab of yesterday or in another language, means the page.
"""

from typing import Any

from litestar import Request
from litestar.exceptions import MethodNotAllowedException, NotFoundException

PLACES = ("/o/", "/k/", "/n/", "/c/", "/console/", "/till/")
"""What people open. All else is for programs, which are told what an address knows."""


def page_of(request: Request[Any, Any, Any]) -> str | None:
    """Give the page that an address is, or on which it is an act; nothing, if there is none."""
    path = request.url.path
    while path.startswith(PLACES):
        if _is_page(request, path):
            return path
        path = path.rpartition("/")[0]
    return path if path == "/console" else None


def _is_page(request: Request[Any, Any, Any], path: str) -> bool:
    try:
        request.app.asgi_router.handle_routing(path, "GET")
    except (MethodNotAllowedException, NotFoundException):
        return False
    return True
