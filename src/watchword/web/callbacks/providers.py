"""The address at which a provider calls: `/callbacks/{provider}`, and below it our message id."""

from typing import Any, NoReturn, assert_never
from uuid import UUID

from litestar import HttpMethod, MediaType, Request, Response, route
from litestar.di import NamedDependency
from litestar.exceptions import InternalServerException
from litestar.params import FromPath

from watchword.features.challenges.messages import challenge_of
from watchword.features.delivery.ports import HearsCallbacks, Provider, ReportsInHeaps, Speaks
from watchword.features.delivery.receipts import (
    Callback,
    Carried,
    Denied,
    Echo,
    NotBelieved,
    Report,
    Reported,
    WordsWanted,
    Written,
)
from watchword.features.delivery.rules import MessageId, ProviderName, Receipt
from watchword.features.templates.rules import FALLBACK, say_denied, say_notice_over, say_over
from watchword.foundation.ids import Id
from watchword.web.authentication import count_knock
from watchword.web.callbacks.doubts import Doubts
from watchword.web.problems import Kind, Problem
from watchword.wiring import Services

METHODS = [HttpMethod.GET, HttpMethod.POST]
BYTES_AT_MOST = 16 * 1024
"""So much is read of a report, unless its provider says that it gathers many into one."""

EVER_AT_MOST = 256 * 1024


@route(
    "/callbacks/{provider:str}",
    http_method=METHODS,
    status_code=200,
    include_in_schema=False,
    request_max_body_size=EVER_AT_MOST,
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
    request_max_body_size=EVER_AT_MOST,
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
    most = provider.callback_bytes if isinstance(provider, ReportsInHeaps) else BYTES_AT_MOST
    heard = provider.read_callback(
        Callback(
            method=request.method,
            url=f"{public_url}{request.url.path}" + (f"?{query}" if query else ""),
            headers={key.lower(): value for key, value in request.headers.items()},
            body=await _read(request, most),
            about=about,
        )
    )
    if isinstance(heard, NotBelieved):
        await _turn_away(request, services, name, heard.reason)
    return await _answer(services, name, provider, heard)


async def _read(request: Request[Any, Any, Any], most: int) -> bytes:
    """Read a body, and no more of it than its provider ever sends."""
    pieces, length = [], 0
    try:
        async for piece in request.stream():
            pieces.append(piece)
            length += len(piece)
            if max(length, request.content_length or 0) > most:
                raise Problem(Kind.TOO_LARGE, f"A report has {most // 1024} KiB at most.")
    except InternalServerException:
        raise Problem(Kind.MALFORMED, "The connection ended before the request did.") from None
    return b"".join(pieces)


async def _turn_away(
    request: Request[Any, Any, Any], services: Services, name: ProviderName, reason: str
) -> NoReturn:
    doubts: Doubts = request.app.state.doubts
    doubts.say(name, reason, services.storage.now())
    await count_knock(request, "Too much that no provider has signed came from this address.")
    raise Problem(Kind.NOT_SIGNED, "Only the provider itself is heard here.")


async def _answer(
    services: Services,
    name: ProviderName,
    provider: Provider,
    heard: Reported | Written | Echo | WordsWanted | Denied,
) -> Response[Any]:
    match heard:
        case Written(texts, reports):
            # In this order: whoever says STOP must not wait for figures, nor be lost with them.
            await services.consents.inbound.hear(name, texts)
            await services.deliveries.receive(name, reports)
            return _nothing()
        case Reported(reports):
            await services.deliveries.receive(name, reports)
            return _nothing()
        case Echo(text):
            return Response(text, media_type=MediaType.TEXT)
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
    deliveries, id, call = services.deliveries, heard.message_id, heard.reference
    carried = await deliveries.carried(name, id)
    locale = FALLBACK if carried is None else carried.locale
    if isinstance(heard, Denied):
        return provider.take_leave(await _deny(services, carried, call), locale)
    give = deliveries.tell if heard.pressed else deliveries.words
    message = await give(name, id, call)
    if message is None:
        say = say_notice_over if _is_notice(carried) else say_over
        return provider.take_leave(say(locale), locale)
    if not heard.pressed:
        return provider.greet(message, heard.asked)
    # Whoever pressed a key has heard the words; nothing else shows that somebody was there.
    await deliveries.receive(name, [Report(receipt=Receipt.DELIVERED, message_id=id)])
    return provider.speak(message)


async def _deny(services: Services, carried: Carried | None, call: str | None) -> str:
    """End the code that somebody did not ask for, or have staff look into a PIN that was not set by
    whoever was told of it; give what is said to them."""
    if carried is None:
        return say_denied(FALLBACK)
    challenge_id = challenge_of(carried.about)
    if challenge_id is None:
        # What a notice tells has happened. Whoever it was not has to speak to a person.
        if carried.is_the_one(call):
            await services.telephone.doubts.deny(carried.organisation_id, carried.about)
        return say_notice_over(carried.locale)
    if carried.is_the_one(call):
        await services.denials.deny_at(carried.organisation_id, challenge_id)
    return say_denied(carried.locale)


def _is_notice(carried: Carried | None) -> bool:
    return carried is not None and challenge_of(carried.about) is None


def _nothing() -> Response[Any]:
    return Response(b"", media_type=MediaType.TEXT)


routes = [hear, hear_about]
