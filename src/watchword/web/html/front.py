"""The front page: what this is, and where to go from here."""

from litestar import Response, get
from litestar.di import NamedDependency

from watchword.web.html.pages import AnyRequest, show
from watchword.wiring import Services


@get("/", include_in_schema=False)
async def show_front(request: AnyRequest, services: NamedDependency[Services]) -> Response[str]:
    return show(request, "front.html", is_open=services.settings.sandbox.open_page)


routes = [show_front]
