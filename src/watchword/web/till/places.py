"""Where one works today: the location of a registered till, or one that is chosen."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.response import Redirect

from watchword.features.staff.permissions import Permission
from watchword.web.console.pages import go
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import AnyRequest
from watchword.web.till.pages import PATH, REDEEMS, show_till
from watchword.web.till.terminals_kept import terminal_of


@get(PATH, include_in_schema=False, opt=REDEEMS)
async def choose_place(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    """Lead to the only location that it can be, or have one chosen."""
    locations = await visitor.services.configuration.locations.all(visitor.organisation.id)
    open_to = [
        each for each in locations if each.is_open and visitor.may(Permission.REDEEM, each.id)
    ]
    terminal = await terminal_of(request, visitor)
    fixed = [each for each in open_to if terminal and each.id == terminal.location_id]
    if sole := fixed or (open_to if len(open_to) == 1 else []):
        return go(f"{PATH}/{sole[0].id}")
    return show_till(request, visitor, None, "places.html", locations=open_to)


routes = [choose_place]
