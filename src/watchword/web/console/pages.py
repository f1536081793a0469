"""How a page of the console is put together: the frame around it, and who looks at it."""

from litestar import Response
from litestar.response import Redirect

from watchword.features.staff.permissions import Permission
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import AnyRequest, show


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
        visitor=visitor,
        Permission=Permission,
        said=request.query_params.get("said", ""),
        now=visitor.services.storage.now(),
        **facts,
    )


def go(path: str, said: str = "") -> Redirect:
    """Go to a page after something was done, and have it say so in passing."""
    return Redirect(f"{path}?said={said}" if said else path, status_code=303)
