"""Calls by Twilio: `/telephone/twiml/{slug}`, and each turn at an address of its own.

Nobody is believed who has not signed with the auth token of the organisation's account, over the
address that the world knows and over all that was sent. A signature bears no time, so that it can
be sent again: the token in the address is good once. The address names the call of Twilio that it
was given to; by no other call is it taken.
"""

from collections.abc import Mapping
from typing import Any, Final, NoReturn
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.activation.dialogue.steps import (
    EndedBy,
    Event,
    HungUp,
    NothingTyped,
    read_keys,
)
from watchword.features.calls.rules import Door
from watchword.features.delivery.receipts import Callback, NotBelieved
from watchword.features.delivery.rules import ProviderName
from watchword.providers.channels.twilio_account import TwilioAccount, read_signed
from watchword.web.authentication import count_knock
from watchword.web.callbacks.doubts import Doubts
from watchword.web.problems import Kind, Problem
from watchword.web.telephone import twiml
from watchword.web.telephone.doors import HELD, Place, Platform, begin, hear
from watchword.wiring import Services

PLATFORM: Final = Platform(
    door=Door.TWIML,
    media_type=twiml.MEDIA_TYPE,
    turn=twiml.turn,
    hold=twiml.hold,
    goodbye=twiml.goodbye,
)
BY: Final = "by"
IS_UP: Final = frozenset({"ringing", "in-progress"})
"""Of a caller who is still there. What was typed before a hang-up looks like a short entry."""


@post("/telephone/twiml/{slug:str}", status_code=200, include_in_schema=False)
async def begin_twiml(
    request: Request[Any, Any, Any], slug: FromPath[str], services: NamedDependency[Services]
) -> Response[bytes]:
    return await _begin(request, services, slug, None)


@post("/telephone/twiml/{slug:str}/{profile_id:uuid}", status_code=200, include_in_schema=False)
async def begin_twiml_of_profile(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    profile_id: FromPath[UUID],
    services: NamedDependency[Services],
) -> Response[bytes]:
    return await _begin(request, services, slug, profile_id)


@post(
    "/telephone/twiml/{slug:str}/calls/{call_id:uuid}/{token:str}",
    status_code=200,
    include_in_schema=False,
)
async def hear_twiml(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    call_id: FromPath[UUID],
    token: FromPath[str],
    services: NamedDependency[Services],
) -> Response[bytes]:
    told = await _signed(request, services, slug)
    if request.query_params.get(BY) != told["CallSid"]:
        await _turn_away(request, services, slug, "other call")
    place = await _place(services, slug, told)
    event = heard(told, is_held=HELD in request.query_params)
    return await hear(place, PLATFORM, call_id, token, event)


def heard(told: Mapping[str, str], *, is_held: bool) -> Event | None:
    """Understand what Twilio tells of a turn."""
    if told.get("CallStatus", "in-progress") not in IS_UP:
        return HungUp()
    if is_held:
        return None
    keys, key = told.get("Digits", ""), told.get("FinishedOnKey", "")
    ended_by = EndedBy.TERMINATOR if key else EndedBy.UNKNOWN
    read = read_keys(keys, ended_by) if keys or key else None
    return read or NothingTyped()


async def _begin(
    request: Request[Any, Any, Any], services: Services, slug: str, profile_id: UUID | None
) -> Response[bytes]:
    told = await _signed(request, services, slug)
    place = await _place(services, slug, told)
    return await begin(place, PLATFORM, profile_id, told.get("From", ""), told["CallSid"])


async def _place(services: Services, slug: str, told: Mapping[str, str]) -> Place:
    organisation = await services.organisations.find(slug)
    url = services.settings.web.public_url
    return Place(services, organisation, url, {BY: told["CallSid"]})


async def _signed(
    request: Request[Any, Any, Any], services: Services, slug: str
) -> Mapping[str, str]:
    """Give what was told, if it was Twilio, and of a call."""
    settings = services.settings
    account = settings.providers.get(settings.telephone.twiml.accounts.get(slug, ""))
    if not isinstance(account, TwilioAccount):
        raise Problem(Kind.NOT_FOUND, "No calls of this organisation come by Twilio.")
    query = request.scope["query_string"].decode("latin-1")
    told = read_signed(
        account,
        Callback(
            method=request.method,
            url=f"{settings.web.public_url}{request.url.path}" + (f"?{query}" if query else ""),
            headers={key.lower(): value for key, value in request.headers.items()},
            body=await request.body(),
            about=None,
        ),
    )
    if isinstance(told, NotBelieved) or not told.get("CallSid"):
        reason = told.reason if isinstance(told, NotBelieved) else "no call"
        await _turn_away(request, services, slug, reason)
    return told


async def _turn_away(
    request: Request[Any, Any, Any], services: Services, slug: str, reason: str
) -> NoReturn:
    doubts: Doubts = request.app.state.doubts
    name = ProviderName(services.settings.telephone.twiml.accounts[slug])
    doubts.say(name, reason, services.storage.now())
    await count_knock(request, "Too much that Twilio has not signed came from this address.")
    raise Problem(Kind.NOT_SIGNED, "Only Twilio itself is heard here.")


routes = [begin_twiml, begin_twiml_of_profile, hear_twiml]
