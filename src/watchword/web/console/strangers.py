"""What is sent to the doors of the console by those who are not signed in yet: from pages of ours
alone, and not too often."""

from datetime import timedelta

from watchword.features.limits.rules import Allowed, Cap, Limits
from watchword.web.console.forms import Form, NoForm, read_form
from watchword.web.console.visits import address_of
from watchword.web.html.origins import is_own_form
from watchword.web.html.pages import AnyRequest
from watchword.wiring import Services

OFTEN = Limits(sends=(Cap(60, timedelta(minutes=1)),))
"""How often one network may come to a door. A whole office begins its day behind one address."""


async def own_form(request: AnyRequest, services: Services) -> Form | None:
    """Read a form of one of our pages; nothing, if it is of somebody else."""
    if not is_own_form(request, services.settings.web.public_url):
        return None
    try:
        return await read_form(request)
    except NoForm:
        return None


async def comes_too_often(request: AnyRequest, services: Services, door: str) -> bool:
    return (
        await services.limits.gates.knock(address_of(request), at=door, limits=OFTEN) != Allowed()
    )
