"""Trusted devices: the list of them, and how one comes back by its key.

What the script of our own page sends is a form, as everything else is; it is answered with JSON.
"""

import base64
import binascii
from uuid import UUID

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.wallet.devices.rules import BadName, Device, NotTrusted
from watchword.features.wallet.sessions.rules import DeviceId
from watchword.foundation.secret import Secret
from watchword.web.console.browsers import device_of
from watchword.web.console.forms import Form
from watchword.web.html.pages import AnyRequest
from watchword.web.joining.pages import FOREIGN, Foreign, form_of, house_of
from watchword.web.wallet.cookies import SESSION, new_cookie
from watchword.web.wallet.pages import (
    PATH,
    Reply,
    Seen,
    acting,
    go,
    seen,
    show_seen,
    show_wallet,
    signed_out,
)
from watchword.wiring import Services

WRITTEN_AT_MOST = 200


@get(PATH + "/devices", include_in_schema=False)
async def show_devices(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    house, who = await seen(request, services, slug)
    return go(request, house) if who is None else await _show_devices(who)


@post(PATH + "/devices", include_in_schema=False, status_code=200)
async def trust(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    """Trust the browser of somebody who has just signed in: the key was made a moment ago."""

    async def act(who: Seen, form: Form) -> Reply:
        key = _bytes(form.text("key"))
        trusted = await services.wallet.devices.trust(who.visit, device_of(request), key)
        if not isinstance(trusted, Device):
            return _said(f'{{"problem":"{trusted.word}"}}', status=422)
        return _said(f'{{"device":"{trusted.id}"}}')

    return await acting(request, services, slug, act)


@post(PATH + "/devices/{device_id:uuid}", include_in_schema=False, status_code=200)
async def rename(
    request: AnyRequest,
    slug: FromPath[str],
    device_id: FromPath[UUID],
    services: NamedDependency[Services],
) -> Reply:
    async def act(who: Seen, form: Form) -> Reply:
        devices, name = services.wallet.devices, form.text("name")
        fault = await devices.rename(who.visit, DeviceId(device_id), name)
        if isinstance(fault, BadName):
            return await _show_devices(who, unnamed=device_id, status=422)
        return go(request, who.house, "/devices", said="device_renamed")

    return await acting(request, services, slug, act)


@post(PATH + "/devices/{device_id:uuid}/revocations", include_in_schema=False, status_code=200)
async def revoke(
    request: AnyRequest,
    slug: FromPath[str],
    device_id: FromPath[UUID],
    services: NamedDependency[Services],
) -> Reply:
    async def act(who: Seen, _: Form) -> Reply:
        await services.wallet.devices.revoke(who.visit, DeviceId(device_id))
        if who.visit.session.device_id == device_id:
            return signed_out(request, who.house, services)
        return go(request, who.house, "/devices", said="device_revoked")

    return await acting(request, services, slug, act)


@post(PATH + "/returns/challenges", include_in_schema=False, status_code=200)
async def ask_to_sign(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    """Give a browser something to sign, whoever it is: no device is looked up for that."""
    house = await house_of(services, slug)
    try:
        await form_of(request, services)
    except Foreign:
        return _said('{"problem":"foreign"}', status=FOREIGN)
    ticket, challenge = await services.wallet.devices.ask(house.organisation)
    return _said(f'{{"ticket":"{ticket}","challenge":"{challenge.hex()}"}}')


@post(PATH + "/returns", include_in_schema=False, status_code=200)
async def come_back(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    house = await house_of(services, slug)
    try:
        form = await form_of(request, services)
    except Foreign:
        return show_wallet(request, house, "foreign.html", status=FOREIGN)
    web = services.settings.web
    returned = await services.wallet.devices.come_back(
        house.organisation,
        _device(form),
        form.text("ticket")[:WRITTEN_AT_MOST],
        _bytes(form.text("signature")),
        web.public_url,
    )
    if isinstance(returned, Secret):
        return go(request, house, "", new_cookie(SESSION, returned, house.organisation, web))
    return go(request, house, said=NotTrusted.word)


async def _show_devices(who: Seen, *, unnamed: UUID | None = None, status: int = 200) -> Reply:
    return show_seen(
        who,
        "devices.html",
        status=status,
        devices=await who.services.wallet.devices.of(who.visit),
        passkeys=await who.services.wallet.passkeys.of(who.visit),
        unnamed=unnamed,
    )


def _device(form: Form) -> DeviceId:
    """Read which device it says it is; what is none of ours is one that nobody has."""
    try:
        return DeviceId(UUID(form.text("device")[:WRITTEN_AT_MOST]))
    except ValueError:
        return DeviceId(UUID(int=0))


def _bytes(written: str) -> bytes:
    try:
        return base64.b64decode(written[:WRITTEN_AT_MOST], altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _said(text: str, status: int = 200) -> Reply:
    return Response(text, status_code=status, media_type=MediaType.JSON)


routes = [show_devices, trust, rename, revoke, ask_to_sign, come_back]
