"""Calls by platforms that speak VoiceXML: `/telephone/voicexml/{slug}`, with a password.

A platform fetches its first document by `GET`: it begins nothing, and does no more than send what
begins a call. Addresses in documents have no host, so that a platform shows the same password at
each turn, wherever it was written down.
"""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.activation.dialogue.steps import Event, HungUp, NothingTyped, read_keys
from watchword.features.calls.rules import Door
from watchword.features.delivery.rules import ProviderName
from watchword.foundation.secret import Secret
from watchword.providers.channels.callbacks import read_form, same
from watchword.web.authentication import count_knock
from watchword.web.callbacks.doubts import Doubts
from watchword.web.problems import Kind, Problem
from watchword.web.telephone import voicexml
from watchword.web.telephone.doors import HELD, Place, Platform, begin, hear
from watchword.wiring import Services

PLATFORM: Final = Platform(
    door=Door.VOICEXML,
    media_type=voicexml.MEDIA_TYPE,
    turn=voicexml.turn,
    hold=voicexml.hold,
    goodbye=voicexml.goodbye,
)
VOICEXML: Final = ProviderName("voicexml")
BASIC: Final = "basic"
LONGEST_LOGIN: Final = 1000  # characters
ASK_FOR_PASSWORD: Final = {"WWW-Authenticate": 'Basic realm="telephone", charset="UTF-8"'}


@get("/telephone/voicexml/{slug:str}", include_in_schema=False)
async def show_voicexml(
    request: Request[Any, Any, Any], slug: FromPath[str], services: NamedDependency[Services]
) -> Response[bytes]:
    return await _show(request, services, slug)


@get("/telephone/voicexml/{slug:str}/{profile_id:uuid}", include_in_schema=False)
async def show_voicexml_of_profile(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    profile_id: FromPath[UUID],
    services: NamedDependency[Services],
) -> Response[bytes]:
    return await _show(request, services, slug)


@post("/telephone/voicexml/{slug:str}", status_code=200, include_in_schema=False)
async def begin_voicexml(
    request: Request[Any, Any, Any], slug: FromPath[str], services: NamedDependency[Services]
) -> Response[bytes]:
    return await _begin(request, services, slug, None)


@post("/telephone/voicexml/{slug:str}/{profile_id:uuid}", status_code=200, include_in_schema=False)
async def begin_voicexml_of_profile(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    profile_id: FromPath[UUID],
    services: NamedDependency[Services],
) -> Response[bytes]:
    return await _begin(request, services, slug, profile_id)


@post(
    "/telephone/voicexml/{slug:str}/calls/{call_id:uuid}/{token:str}",
    status_code=200,
    include_in_schema=False,
)
async def hear_voicexml(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    call_id: FromPath[UUID],
    token: FromPath[str],
    services: NamedDependency[Services],
) -> Response[bytes]:
    if not await _is_admitted(request, services, slug):
        return _ask_for_password()
    place = Place(services, await services.organisations.find(slug))
    event = heard(await _told(request), is_held=HELD in request.query_params)
    return await hear(place, PLATFORM, call_id, token, event)


def heard(told: Mapping[str, str], *, is_held: bool) -> Event | None:
    """Understand what a platform sends of a turn: some put a space between two keys."""
    if voicexml.GONE in told:
        return HungUp()
    if is_held:
        return None
    keys = told.get(voicexml.FIELD, "").replace(" ", "")
    return (read_keys(keys) if keys else None) or NothingTyped()


async def _show(request: Request[Any, Any, Any], services: Services, slug: str) -> Response[bytes]:
    if not await _is_admitted(request, services, slug):
        return _ask_for_password()
    document = voicexml.start(request.url.path)
    return Response(document, media_type=voicexml.MEDIA_TYPE)


async def _begin(
    request: Request[Any, Any, Any], services: Services, slug: str, profile_id: UUID | None
) -> Response[bytes]:
    if not await _is_admitted(request, services, slug):
        return _ask_for_password()
    place = Place(services, await services.organisations.find(slug))
    caller = (await _told(request)).get(voicexml.CALLER, "")
    return await begin(place, PLATFORM, profile_id, caller)


async def _told(request: Request[Any, Any, Any]) -> Mapping[str, str]:
    return read_form(await request.body()) or {}


async def _is_admitted(request: Request[Any, Any, Any], services: Services, slug: str) -> bool:
    """Say whether a platform has shown the password; many ask first whether they need one."""
    password = services.settings.telephone.voicexml.passwords.get(slug)
    if password is None:
        raise Problem(Kind.NOT_FOUND, "No calls of this organisation come by VoiceXML.")
    scheme, _, said = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != BASIC:
        return False
    if _is_right(said.strip(), slug, password):
        return True
    doubts: Doubts = request.app.state.doubts
    doubts.say(VOICEXML, "password", services.storage.now())
    await count_knock(request, "Too many wrong passwords came from this address.")
    return False


def _is_right(said: str, slug: str, password: Secret) -> bool:
    try:
        login = b64decode(said[:LONGEST_LOGIN], validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return same(login, f"{slug}:{password.reveal()}")


def _ask_for_password() -> Response[bytes]:
    return Response(b"", status_code=401, headers=ASK_FOR_PASSWORD)


routes = [
    show_voicexml,
    show_voicexml_of_profile,
    begin_voicexml,
    begin_voicexml_of_profile,
    hear_voicexml,
]
