"""The clock of the sandbox as a form: time passes for one test organisation when it is sent.

The page asks for no key, so whoever can open it may move the clock. What other pages make a browser
send here is refused: it would not come from its reader.
"""

from typing import Annotated
from urllib.parse import parse_qs

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from watchword.features.organisations.rules import Organisation
from watchword.web.html.origins import is_own_form
from watchword.web.html.pages import HEADERS, AnyRequest, Frame, show
from watchword.web.html.sandbox import Wanted, test_organisations
from watchword.web.html.sandbox_tools import MOVES
from watchword.web.problems import Kind, Problem
from watchword.wiring import Services

FORM = "application/x-www-form-urlencoded"
FIELDS_AT_MOST = 5


@post("/sandbox/clock", include_in_schema=False, status_code=303)
async def move_clock(
    request: AnyRequest,
    services: NamedDependency[Services],
    organisation: Annotated[str, QueryParameter(name="organisation")] = "",
    address: Annotated[str, QueryParameter(name="address")] = "",
) -> Response[str]:
    """Let time pass, and go back to where the reader was; `organisation` is what they look at."""
    if not services.settings.sandbox.open_page:
        public_url = services.settings.web.public_url
        return show(request, "sandbox_closed.html", status=404, public_url=public_url)
    if not is_own_form(request, services.settings.web.public_url):
        return show(request, "sandbox_elsewhere.html", status=403)
    said = await read_fields(request)
    seconds = said.get("seconds", "")
    if seconds not in MOVES:
        raise Problem(Kind.MALFORMED, f"The clock is moved by one of: {', '.join(MOVES)} seconds.")
    of = await whose(services, said.get("whose", ""))
    await services.clock.move(of, MOVES[seconds])
    wanted = Wanted(organisation, address)
    back = Frame(request).link(
        "/sandbox",
        organisation=wanted.organisation,
        address=wanted.address,
        moved=seconds,
        whose=of.slug,
    )
    return Response("", status_code=303, headers={**HEADERS, "Location": f"{back}#clock"})


async def whose(services: Services, slug: str) -> Organisation:
    """Give the test organisation that a form is about."""
    for organisation in await test_organisations(services):
        if organisation.slug == slug:
            return organisation
    raise Problem(Kind.NOT_FOUND, "There is no test organisation of that name.")


async def read_fields(request: AnyRequest) -> dict[str, str]:
    """Read a form; of a field that stands twice, nothing."""
    if request.content_type[0] != FORM:
        raise Problem(Kind.MALFORMED, "Send the form of the page.")
    try:
        fields = parse_qs(
            (await request.body()).decode(), strict_parsing=True, max_num_fields=FIELDS_AT_MOST
        )
    except ValueError:
        raise Problem(Kind.MALFORMED, "This is not the form of the page.") from None
    return {name: values[0] for name, values in fields.items() if len(values) == 1}


routes = [move_clock]
