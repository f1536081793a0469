"""News from the sandbox, as server-sent events: they say *that* there is something to see.

What there is to see is on the page, and nowhere else; so an event carries no code.
"""

from collections.abc import AsyncIterator
from datetime import timedelta

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Stream

from watchword.features.sandbox.service import bell_of
from watchword.foundation.bells import Bells
from watchword.web.html.audience import Audience
from watchword.web.html.pages import AnyRequest
from watchword.web.html.sandbox import test_organisations
from watchword.web.problems import Kind, Problem
from watchword.wiring import Services

HEARTBEAT_EVERY = 15.0  # seconds; proxies close a connection on which nothing is said
HEARTBEATS = 20  # then the browser comes again, and hears organisations that are new
HELLO = b"retry: 2000\n\n"
HEARTBEAT = b":\n\n"
NEWS = b"event: news\ndata: look\n\n"


@get("/sandbox/events", include_in_schema=False)
async def listen(request: AnyRequest, services: NamedDependency[Services]) -> Stream:
    if not services.settings.sandbox.open_page:
        raise Problem(Kind.NOT_FOUND, "The sandbox page is not open on this machine.")
    audience: Audience = request.app.state.audience
    names = [bell_of(one.id) for one in await test_organisations(services)]
    if audience.is_full or audience.is_dismissed:
        detail = "Too many are listening. The page can be loaded again by hand."
        raise Problem(Kind.UNAVAILABLE, detail, timedelta(seconds=15))
    told = tell(audience, services.bells, names)
    await anext(told)  # Nobody comes between the look at the seats and the taking of one.
    return Stream(
        told,
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def tell(audience: Audience, bells: Bells, names: list[str]) -> AsyncIterator[bytes]:
    """Tell what is new. Before that comes nothing, and whoever has heard it has a seat."""
    with audience.listening(bells, *names) as ear:
        yield b""
        yield HELLO
        beats = 0
        while beats < HEARTBEATS and not audience.is_dismissed:
            heard = await ear.wait(HEARTBEAT_EVERY)
            if audience.is_dismissed:
                return
            yield NEWS if heard else HEARTBEAT
            beats += not heard


routes = [listen]
