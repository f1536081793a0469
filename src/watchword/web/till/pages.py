"""How a page of the till is put together, where it stands, and who may be there."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response

from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId
from watchword.features.staff.permissions import Permission
from watchword.features.tills.terminals.rules import Terminal
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.nonces import new_nonce
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest, show
from watchword.web.till.terminals_kept import terminal_of

PATH = "/till"
SALES = f"{PATH}/sales"
REDEEMS = {PERMISSION: Permission.REDEEM}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the till stands: a location, and the registered till that a browser is."""

    location: Location
    terminal: Terminal | None = None

    @property
    def path(self) -> str:
        return f"{PATH}/{self.location.id}"


async def place_at(request: AnyRequest, visitor: Visitor, id: LocationId | None) -> Place:
    """Find a location where somebody may redeem. All others are not there."""
    if id is None or not visitor.may(Permission.REDEEM, id):
        raise NotFound("location")
    location = await visitor.services.configuration.locations.find(visitor.organisation.id, id)
    if not location.is_open:
        raise NotFound("location")
    terminal = await terminal_of(request, visitor)
    is_here = terminal is not None and terminal.location_id == id
    return Place(location, terminal if is_here else None)


def location_id(id: UUID) -> LocationId:
    return LocationId(Id(int=id.int))


def show_till(
    request: AnyRequest,
    visitor: Visitor,
    place: Place | None,
    template: str,
    *,
    status: int = 200,
    **facts: Any,  # noqa: ANN401 - whatever the page shows
) -> Response[str]:
    """Show a page of the till in the language of whoever works there."""
    return show(
        request,
        f"till/{template}",
        status=status,
        preferred=visitor.member.locale,
        zone=visitor.zone,
        visitor=visitor,
        place=place,
        Permission=Permission,
        said=request.query_params.get("said", ""),
        now=visitor.services.storage.now(),
        nonce=new_nonce(),
        **facts,
    )
