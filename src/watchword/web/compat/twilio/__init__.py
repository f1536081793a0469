"""The calls of Twilio Verify, version 2, for applications that were written for it.

Nothing happens here that does not happen behind `/v1`: the same challenges, the same budgets, the
same rules. `docs/reference/twilio.md` says what is alike, and what is not.
"""

from litestar import Router
from litestar.di import Provide

from watchword.web.compat.fronts import Front
from watchword.web.compat.twilio import (
    attempts,
    checks,
    messaging,
    rate_limits,
    safe_list,
    services,
    templates,
    verifications,
)
from watchword.web.compat.twilio.door import guest, look_first
from watchword.web.compat.twilio.errors import handlers, say
from watchword.web.compat.twilio.places import FRONT

front = Front(FRONT, say)

routes = [
    Router(
        FRONT,
        route_handlers=[
            *services.routes,
            *verifications.routes,
            *checks.routes,
            *attempts.routes,
            *rate_limits.routes,
            *messaging.routes,
            *templates.routes,
            *safe_list.routes,
        ],
        before_request=look_first,
        dependencies={"guest": Provide(guest)},
        exception_handlers=handlers,
        include_in_schema=False,
    )
]
