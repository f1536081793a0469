"""Figures for whoever gathers them: a door of its own, at a place of its own.

It is not among the doors that the world may reach, so no proxy shows it by mistake. Workers have
it too, though they answer nobody else; and whoever starts and stops them asks there how they fare.
"""

from typing import Any

from litestar import Litestar, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from watchword.web import health, problems
from watchword.web.entrance import is_operator
from watchword.web.html.audience import Audience
from watchword.web.problems import Kind, Problem
from watchword.wiring import Services

BYTES_AT_MOST = 1024
KIND = CONTENT_TYPE_LATEST.removesuffix("; charset=utf-8")
"""What is text gets its charset said when it is sent."""
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@get("/metrics", include_in_schema=False)
async def show_metrics(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[bytes]:
    operation = services.operation
    if services.settings.metrics.token is not None and not is_operator(request, services):
        raise Problem(Kind.UNKNOWN_KEY, "Send the token: Authorization: Bearer …")
    operation.metrics.show_standing(await operation.standing.figures(), operation.roster)
    shown = generate_latest(operation.metrics.registry)
    return Response(shown, media_type=KIND, headers=HEADERS)


def create_side_app(services: Services) -> Litestar:
    """Open the doors for whoever runs this process, and no others."""
    return Litestar(
        [show_metrics, *health.routes],
        dependencies={"services": Provide(lambda: services, sync_to_thread=False)},
        exception_handlers=problems.handlers,
        request_max_body_size=BYTES_AT_MOST,
        openapi_config=None,
        state=State({"audience": Audience(), "services": services}),
        logging_config=None,
    )
