"""The front page: what this is, and where to go from here."""

from collections.abc import Sequence

from litestar import Response, get
from litestar.di import NamedDependency

from watchword.features.organisations.rules import Organisation
from watchword.web.html.pages import AnyRequest, show
from watchword.web.html.sandbox import test_organisations
from watchword.wiring import Services


@get("/", include_in_schema=False)
async def show_front(request: AnyRequest, services: NamedDependency[Services]) -> Response[str]:
    is_open = services.settings.sandbox.open_page
    doors = await _doors(services) if is_open else ()
    return show(request, "front.html", is_open=is_open, doors=doors)


async def _doors(services: Services) -> Sequence[Organisation]:
    """Give the test organisations with whom customers register; only where the sandbox is open,
    for elsewhere it is nobody's business who is here."""
    return [
        each
        for each in await test_organisations(services)
        if (await services.configuration.settings.of(each.id)).joining.open
    ]


routes = [show_front]
