"""The first page of the console."""

from litestar import Response, get
from litestar.di import NamedDependency

from watchword.features.staff.permissions import Permission
from watchword.web.console.pages import show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest


@get("/console", include_in_schema=False, opt={PERMISSION: Permission.OWN_ACCOUNT})
async def show_overview(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return show_console(request, visitor, "overview.html")


routes = [show_overview]
