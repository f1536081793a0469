"""Whether we are alive, and whether we can work: for whoever starts, stops and balances us."""

from litestar import MediaType, Response, get
from litestar.di import NamedDependency

from watchword.foundation.errors import WatchwordError
from watchword.wiring import Services


@get("/health/live", media_type=MediaType.TEXT, include_in_schema=False)
async def is_alive() -> str:
    return "alive\n"


@get("/health/ready", media_type=MediaType.TEXT, include_in_schema=False)
async def is_ready(services: NamedDependency[Services]) -> Response[str]:
    """Say whether the database answers."""
    try:
        async with services.storage.reading() as transaction:
            await transaction.one("values (1)")
    except WatchwordError:
        return Response("the database does not answer\n", status_code=503)
    return Response("ready\n")


routes = [is_alive, is_ready]
