"""All doors that speak HTTP, put into one application."""

from litestar import Litestar
from litestar.datastructures import ResponseHeader, State
from litestar.di import Provide
from litestar.exceptions import NotFoundException

from watchword.foundation.errors import NotFound
from watchword.web import health, html, openapi, problems
from watchword.web.api import challenges, sandbox
from watchword.web.authentication import find_client, find_once
from watchword.web.html.audience import Audience
from watchword.web.html.pages import not_found
from watchword.web.requests import BYTES_AT_MOST, StrictRequest
from watchword.wiring import Services

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(services: Services) -> Litestar:
    """Open the doors to services that are at work already."""
    return Litestar(
        [*challenges.routes, *sandbox.routes, *health.routes, *openapi.routes, *html.routes],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False),
            "client": Provide(find_client),
            "once": Provide(find_once),
        },
        exception_handlers={
            **problems.handlers,
            NotFound: not_found,
            NotFoundException: not_found,
        },
        request_class=StrictRequest,
        request_max_body_size=BYTES_AT_MOST,
        response_headers=[
            ResponseHeader(name=name, value=value) for name, value in HEADERS.items()
        ],
        openapi_config=openapi.config,
        state=State({"audience": Audience()}),
        logging_config=None,
    )
