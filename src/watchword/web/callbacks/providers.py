"""The address at which a provider calls: `/callbacks/{provider}`, and below it our message id."""

from typing import Any, assert_never
from uuid import UUID

import structlog
from litestar import HttpMethod, MediaType, Request, Response, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.delivery.ports import HearsCallbacks, Provider, Speaks
from watchword.features.delivery.receipts import (
    Callback,
    Denied,
    Echo,
    Heard,
    NotBelieved,
    Report,
    Reported,
    WordsWanted,
)
from watchword.features.delivery.rules import MessageId, ProviderName, Receipt
from watchword.features.templates.rules import FALLBACK, say_denied, say_over
from watchword.foundation.ids import Id
from watchword.web.problems import Kind, Problem
from watchword.wiring import Services

METHODS = [HttpMethod.GET, HttpMethod.POST]
BYTES_AT_MOST = 256 * 1024
"""Some providers gather many receipts into one request."""

log = structlog.get_logger()


@route(
    "/callbacks/{provider:str}",
    http_method=METHODS,
    status_code=200,
    include_in_schema=False,
    request_max_body_size=BYTES_AT_MOST,
)
async def hear(
    request: Request[Any, Any, Any],
    provider: FromPath[str],
    services: NamedDependency[Services],
) -> Response[Any]:
    return await _hear(request, services, ProviderName(provider), None)


@route(
    "/callbacks/{provider:str}/{message_id:uuid}",
    http_method=METHODS,
    status_code=200,
    include_in_schema=False,
    request_max_body_size=BYTES_AT_MOST,
)
async def hear_about(
    request: Request[Any, Any, Any],
    provider: FromPath[str],
    message_id: FromPath[UUID],
    services: NamedDependency[Services],
) -> Response[Any]:
    about = MessageId(Id(int=message_id.int))
    return await _hear(request, services, ProviderName(provider), about)


async def _hear(
    request: Request[Any, Any, Any],
    services: Services,
    name: ProviderName,
    about: MessageId | None,
) -> Response[Any]:
    provider = services.providers.get(name)
    if not isinstance(provider, HearsCallbacks):
        raise Problem(Kind.NOT_FOUND, "No provider of this name calls here.")
    public_url = services.settings.web.public_url
    query = request.scope["query_string"].decode("latin-1")
    heard = provider.read_callback(
        Callback(
            method=request.method,
            url=f"{public_url}{request.url.path}" + (f"?{query}" if query else ""),
            headers={key.lower(): value for key, value in request.headers.items()},
            body=await request.body(),
            about=about,
        )
    )
    return await _answer(services, name, provider, heard)


async def _answer(
    services: Services, name: ProviderName, provider: Provider, heard: Heard
) -> Response[Any]:
    match heard:
        case Reported(reports):
            await services.deliveries.receive(name, reports)
            return _nothing()
        case Echo(text):
            return Response(text, media_type=MediaType.TEXT)
        case NotBelieved(reason):
            log.warning("callback.not_believed", provider=name, reason=reason)
            raise Problem(Kind.NOT_SIGNED, "Only the provider itself is heard here.")
        case WordsWanted() | Denied():
            if not isinstance(provider, Speaks):
                return _nothing()
            media_type, body = await _speak(services, name, provider, heard)
            return Response(body, media_type=media_type)
        case _:
            assert_never(heard)


async def _speak(
    services: Services, name: ProviderName, provider: Speaks, heard: WordsWanted | Denied
) -> tuple[str, bytes]:
    """Give what is said to whoever has picked up the telephone."""
    deliveries, id = services.deliveries, heard.message_id
    carried = await deliveries.carried(name, id)
    locale = FALLBACK if carried is None else carried.locale
    if isinstance(heard, Denied):
        if carried is not None:
            await services.denials.deny_at(carried.organisation_id, carried.about)
        return provider.take_leave(say_denied(locale), locale)
    message = await (deliveries.tell(name, id) if heard.pressed else deliveries.words(name, id))
    if message is None:
        return provider.take_leave(say_over(locale), locale)
    if not heard.pressed:
        return provider.greet(message, heard.asked)
    # Whoever pressed a key has heard the code; nothing else shows that somebody was there.
    await deliveries.receive(name, [Report(receipt=Receipt.DELIVERED, message_id=id)])
    return provider.speak(message)


def _nothing() -> Response[Any]:
    return Response(b"", media_type=MediaType.TEXT)


routes = [hear, hear_about]
