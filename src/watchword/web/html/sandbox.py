"""The sandbox as a page: every phone, mailbox and letterbox that test organisations wrote to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from watchword.features.campaigns.cost import LINKS_BELOW
from watchword.features.challenges.desk import DENIALS, ENTRIES
from watchword.features.organisations.rules import Mode, Organisation
from watchword.web.api.sandbox import ADDRESS_AT_MOST, as_sent
from watchword.web.html.devices import Arrival, pieces, sort_onto_devices
from watchword.web.html.pages import AnyRequest, show
from watchword.web.html.sandbox_tools import Moved, tools
from watchword.web.problems import Problem
from watchword.wiring import Services

TYPED_AT_MOST = ADDRESS_AT_MOST


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked to see: all, or what one organisation sent, or went to one address."""

    organisation: str = ""
    address: str = ""

    @property
    def is_all(self) -> bool:
        return not (self.organisation or self.address)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found; `is_address` is false when nobody could be reached at what was typed."""

    arrivals: Sequence[Arrival]
    is_address: bool


@get("/sandbox", include_in_schema=False)
async def show_sandbox(
    request: AnyRequest,
    services: NamedDependency[Services],
    *,
    organisation: Annotated[str, QueryParameter(name="organisation")] = "",
    address: Annotated[str, QueryParameter(name="address")] = "",
    fragment: Annotated[str, QueryParameter(name="fragment")] = "",
    moved: Annotated[str, QueryParameter(name="moved")] = "",
    whose: Annotated[str, QueryParameter(name="whose")] = "",
) -> Response[str]:
    public_url = services.settings.web.public_url.rstrip("/")
    if not services.settings.sandbox.open_page:
        return show(request, "sandbox_closed.html", status=404, public_url=public_url)
    wanted = Wanted(organisation, address[:TYPED_AT_MOST].rstrip())
    known = await test_organisations(services)
    seen = await _look(services, known, wanted)
    return show(
        request,
        "sandbox_devices.html" if fragment else "sandbox.html",
        tools=None
        if fragment
        else await tools(services, known, wanted.organisation, Moved(moved, whose)),
        own=tuple(public_url + each for each in (DENIALS, ENTRIES, LINKS_BELOW)),
        devices=sort_onto_devices(seen.arrivals, all_of_each=bool(wanted.address)),
        is_address=seen.is_address,
        now=services.storage.now(),
        organisations=known,
        pieces=pieces,
        public_url=public_url,
        wanted=wanted,
    )


async def test_organisations(services: Services) -> list[Organisation]:
    """Give those whose messages may be seen. What live ones send is nobody's business here."""
    return [one for one in await services.organisations.all() if one.mode is Mode.TEST]


async def _look(services: Services, known: Sequence[Organisation], wanted: Wanted) -> Seen:
    arrivals: list[Arrival] = []
    is_address = not wanted.address
    for organisation in known:
        if wanted.organisation not in ("", organisation.slug):
            continue
        address = _read(wanted.address, organisation)
        if wanted.address and address is None:
            continue
        is_address = True
        found = await services.sandbox.look(organisation.id, address)
        arrivals += [Arrival(message, organisation.name, organisation.slug) for message in found]
    return Seen(arrivals, is_address)


def _read(typed: str, organisation: Organisation) -> str | None:
    try:
        return as_sent(typed, organisation.country) if typed else None
    except Problem:
        return None


routes = [show_sandbox]
