"""The page for whoever got a code and did not ask for one, or was told of something about their
card or their wallet and knows nothing of it. Opening it changes nothing.

Programs open addresses that stand in messages, to look for what is bad; so the code ends only
when a button is pressed.
"""

from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.cards.notices.service import Told
from watchword.features.challenges.desk import DENIALS
from watchword.features.challenges.rules import Status
from watchword.features.organisations.rules import Organisation
from watchword.features.redemptions.disputes.service import ToldOf
from watchword.features.wallet.notices.rules import Notice, State
from watchword.web.html.pages import AnyRequest, show
from watchword.wiring import Services

PATH = DENIALS + "{token:str}"
TOKEN_AT_MOST = 32
STATES = {Status.PENDING: "open", Status.DENIED: "denied"}
"""What the page says of a challenge; of all others, that it is over."""


@get(PATH, include_in_schema=False)
async def ask(
    request: AnyRequest, token: FromPath[str], services: NamedDependency[Services]
) -> Response[str]:
    found = await services.denials.look(token[:TOKEN_AT_MOST])
    if found is None:
        if excepted := await services.disputes.look(token[:TOKEN_AT_MOST]):
            return await _of_exception(request, services, excepted)
        told = await services.cards.notices.look(token[:TOKEN_AT_MOST])
        noted = await services.wallet.denials.look(token[:TOKEN_AT_MOST])
        return _of_card(request, told) if noted is None else _of_wallet(request, *noted)
    organisation, status = found
    state = STATES.get(status, "over")
    return show(request, "denial.html", name=organisation.name, state=state)


@post(PATH, include_in_schema=False, status_code=200)
async def deny(
    request: AnyRequest, token: FromPath[str], services: NamedDependency[Services]
) -> Response[str]:
    found = await services.denials.deny(token[:TOKEN_AT_MOST])
    if found is None:
        if excepted := await services.disputes.dispute(token[:TOKEN_AT_MOST]):
            return await _of_exception(request, services, excepted)
        told = await services.cards.notices.deny(token[:TOKEN_AT_MOST])
        noted = await services.wallet.denials.deny(token[:TOKEN_AT_MOST])
        return _of_card(request, told) if noted is None else _of_wallet(request, *noted)
    organisation, status = found
    state = STATES.get(status, "over")
    return show(request, "denial.html", name=organisation.name, state=state)


async def _of_exception(request: AnyRequest, services: Services, told: ToldOf) -> Response[str]:
    """Show what became of an exception that staff made for somebody, by the clock of the shop."""
    there = told.place.time_zone if told.place else None
    own = services.configuration.settings
    return show(
        request,
        "denial_exception.html",
        zone=ZoneInfo(there) if there else await own.zone_of(told.organisation),
        name=told.organisation.name,
        state=told.state,
        use=told.use,
        place=told.place,
        reward=told.reward,
    )


def _of_card(request: AnyRequest, told: Told | None) -> Response[str]:
    """Show what became of a verification that somebody was told of."""
    if told is None:
        return show(request, "denial_unknown.html", status=404)
    return show(request, "denial_card.html", name=told.organisation.name, state=told.state)


def _of_wallet(
    request: AnyRequest, organisation: Organisation, notice: Notice, state: State
) -> Response[str]:
    """Show what became of something that was done in somebody's wallet."""
    return show(
        request, "denial_wallet.html", name=organisation.name, kind=notice.kind, state=state
    )


routes = [ask, deny]
