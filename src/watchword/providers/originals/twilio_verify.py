"""Twilio Verify, as one of its accounts sees it: its services, and all that belongs to them."""

import asyncio
import base64
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from watchword.features.schemes.meters.rules import BoundId, MeterId
from watchword.features.schemes.rules import Manner, SchemeId
from watchword.features.schemes.takeovers.rules import Told, ToldBound, ToldMeter
from watchword.foundation.errors import WatchwordError
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret
from watchword.providers.channels.http_exchange import HttpExchange, Reply
from watchword.providers.channels.network import check_url

HOME: Final = "https://verify.twilio.com"
ACCOUNT: Final = re.compile(r"(AC|SK)[0-9a-fA-F]{32}")
PAGE: Final = 100
PAGES_AT_MOST: Final = 10_000
LONGEST_PAGE: Final = 4 * 1024 * 1024
TIMES: Final = 5
PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=60)
GOOD, UNKNOWN, FORBIDDEN, ABSENT, BUSY, AWAY = 200, 401, 403, 404, 429, 500

Row = TypeVar("Row")
Some = Annotated[int, msgspec.Meta(ge=1)]
Digits = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}[0-9a-fA-F]{32}$")]
Sleep = Callable[[float], Awaitable[None]]


class NotRead(WatchwordError):
    """What the other product says cannot be had, or read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose services are read. `user`: the account, or a key of it; `secret`: its token."""

    user: str
    secret: Secret = field(repr=False)
    base_url: str = HOME

    def __post_init__(self) -> None:
        if not ACCOUNT.fullmatch(self.user):
            raise ValueError("The account is not one; copy the text that begins with AC, or SK.")
        check_url("base_url", self.base_url)


class _Service(msgspec.Struct):
    sid: Digits
    friendly_name: str


class _RateLimit(msgspec.Struct):
    sid: Digits
    unique_name: str
    description: str | None = None


class _Bucket(msgspec.Struct):
    sid: Digits
    max: Some
    interval: Some


class _Messaging(msgspec.Struct):
    country: str
    messaging_service_sid: str


class _Named(msgspec.Struct):
    sid: str


class TwilioVerify:
    def __init__(
        self,
        account: Account,
        *,
        seconds: float = 15.0,
        page: int = PAGE,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._page_size = page
        self._base = account.base_url.rstrip("/")
        signed = f"{account.user}:{account.secret.reveal()}".encode()
        self._headers = {
            "Authorization": "Basic " + base64.b64encode(signed).decode(),
            "Accept": "application/json",
        }
        self._exchange = HttpExchange(seconds, longest_reply=LONGEST_PAGE)
        self._sleep = sleep

    async def services(self) -> AsyncGenerator[Told, None]:
        async for row in self._rows("/v2/Services", "services"):
            yield await self._told(row)

    async def templates(self) -> int:
        return len([row async for row in self._rows("/v2/Templates", "templates", _Named)])

    async def close(self) -> None:
        await self._exchange.close()

    async def _told(self, row: Mapping[str, Any]) -> Told:
        service, path = _read(row, _Service), f"/v2/Services/{row.get('sid')}"
        return Told(
            id=SchemeId(_id(service.sid)),
            name=service.friendly_name,
            manner=_manner(row),
            meters=[await self._meter(path, each) async for each in self._limits(path)],
            senders={
                each.country: each.messaging_service_sid
                async for each in self._rows(
                    f"{path}/MessagingConfigurations", "messaging_configurations", _Messaging
                )
            },
            webhooks=len([row async for row in self._rows(f"{path}/Webhooks", "webhooks", _Named)]),
        )

    def _limits(self, path: str) -> AsyncIterator[_RateLimit]:
        return self._rows(f"{path}/RateLimits", "rate_limits", _RateLimit)

    async def _meter(self, path: str, limit: _RateLimit) -> ToldMeter:
        buckets = self._rows(f"{path}/RateLimits/{limit.sid}/Buckets", "buckets", _Bucket)
        bounds = [
            ToldBound(BoundId(_id(each.sid)), each.max, each.interval) async for each in buckets
        ]
        return ToldMeter(
            MeterId(_id(limit.sid)), limit.unique_name, limit.description or None, bounds
        )

    async def _rows(self, path: str, key: str, kind: type[Row] | None = None) -> AsyncIterator[Any]:
        """Give the rows of a list, page after page; none, where there is no such list."""
        there: str | None = f"{path}?PageSize={self._page_size}"
        seen: set[str] = set()
        while there is not None:
            if there in seen or len(seen) >= PAGES_AT_MOST:
                raise NotRead(f"The list {key} has no end: it leads back to a page that was read.")
            seen.add(there)
            page = await self._page(there)
            if page is None:
                return
            for row in _read(page.get(key, []), list[dict[str, Any]]):
                yield row if kind is None else _read(row, kind)
            there = self._after(page)

    def _after(self, page: Mapping[str, Any]) -> str | None:
        """Give where the next page is. Only the way to it is taken from the answer: our signing in
        goes to no other host."""
        meta = page.get("meta")
        named = meta.get("next_page_url") if isinstance(meta, dict) else None
        if not isinstance(named, str) or not named:
            return None
        parts, own = urlsplit(named), urlsplit(self._base).path
        path = f"{parts.path}?{parts.query}".removeprefix(own)
        if not path.startswith("/"):  # Behind our host, it would be the name of another one.
            raise NotRead("A list goes on at an address that is none.")
        return path

    async def _page(self, path: str) -> Mapping[str, Any] | None:
        reply = await self._ask(path)
        if reply.status == ABSENT:
            return None
        if reply.status in {UNKNOWN, FORBIDDEN}:
            raise NotRead("The account is not let in there. Look at its SID and its token.")
        if reply.status != GOOD:
            raise NotRead(f"It answers HTTP {reply.status} where it should tell its services.")
        try:
            return msgspec.json.decode(reply.body, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise NotRead("What it answers is not read: it is no JSON of the known form.") from None

    async def _ask(self, path: str) -> Reply:
        """Ask once, and again if it is busy or not there just then: reading changes nothing."""
        for last in (False,) * (TIMES - 1) + (True,):
            reply = await self._exchange.ask("GET", f"{self._base}{path}", self._headers, b"")
            if isinstance(reply, Reply):
                if last or (reply.status != BUSY and reply.status < AWAY):
                    return reply
                pause = reply.retry_after or PAUSE
            elif last:
                raise NotRead(f"It cannot be reached: {reply.reason}.")
            else:
                pause = PAUSE
            await self._sleep(min(pause, LONGEST_PAUSE).total_seconds())
        raise AssertionError("The last time ends it.")


def _manner(row: Mapping[str, Any]) -> Manner:
    """Read the settings of a service, as far as we keep such; what is not said is as usual."""
    return _read(_said(row), Manner)


def _said(part: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        name: _said(inner) if isinstance(inner, dict) else inner for name, inner in part.items()
    }
    return {name: inner for name, inner in found.items() if inner is not None}


def _read(said: object, kind: type[Row]) -> Row:
    try:
        return msgspec.convert(said, kind)
    except msgspec.ValidationError as fault:
        # It names a field, and quotes nothing of what is in it.
        raise NotRead(f"What it tells is not read: {fault}") from None


def _id(sid: str) -> Id:
    return Id(sid[2:])
