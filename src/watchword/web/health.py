"""Whether we are alive, and whether we can work: for whoever starts, stops and balances us."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency

from watchword.web.entrance import is_operator
from watchword.wiring import Services
from watchword.wiring.readiness import Check

UNREADY = 503


@get("/health/live", media_type=MediaType.TEXT, include_in_schema=False)
async def is_alive() -> str:
    return "alive\n"


@get("/health/ready", media_type=MediaType.TEXT, include_in_schema=False)
async def is_ready(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[Any]:
    """Say whether this process can do its work, and to whoever runs it, what is wrong."""
    checks = await services.operation.readiness.look()
    wrong = [check for check in checks if not check.is_well]
    status = UNREADY if wrong else 200
    if is_operator(request, services):
        return Response(_all_of(checks), status_code=status, media_type="application/json")
    # Where many look, it is said what is wrong, and not with what.
    words = f"not ready: {', '.join(check.name for check in wrong)}\n" if wrong else "ready\n"
    return Response(words, status_code=status)


def _all_of(checks: Sequence[Check]) -> bytes:
    shown = [{"check": one.name, "ok": one.is_well, "detail": one.detail} for one in checks]
    return msgspec.json.encode({"ready": all(one.is_well for one in checks), "checks": shown})


routes = [is_alive, is_ready]
