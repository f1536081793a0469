"""The front of the house: each request gets a name, is measured, and traced if that is wanted.

All of it happens outside of what answers, so nothing is missed: an address that there is not,
and a mistake of ours, are requests too.
"""

import re
import time
from contextlib import nullcontext
from functools import cached_property
from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.routes import HTTPRoute
from litestar.types import (
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Message,
    Receive,
    Scope,
    Send,
)

from watchword.foundation.ids import new_id
from watchword.foundation.requests import answering
from watchword.foundation.tracing import Fact, Kind, Span, Tracer
from watchword.wiring import Services

REQUEST_ID = b"x-request-id"
GIVEN = re.compile(rb"(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9._~-]{8,64}")
"""What a proxy may have named a request. Nothing else is repeated, or written into a log; digits
alone might be the number of somebody."""

HSTS = (b"strict-transport-security", b"max-age=31536000")
TLS = "https://"

NOWHERE, OTHER = "none", "other"
"""The route of a request that found none, and a method that nobody knows. What was really sent is
never told: it may hold anything, and would be a figure of its own each time."""

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
NOT_ANSWERED = 0
BROKEN = 500


class Doors(Litestar):
    """All doors that speak HTTP, with somebody in front who keeps the book of visitors."""

    def lead_to(self, state: State) -> None:
        """`state` has the services that are behind them from now on."""
        self.state = state
        self.__dict__.pop("_book", None)

    @cached_property
    def _book(self) -> "_Book":
        # Whoever only asks which doors there are has no services.
        routes = {route.path_format for route in self.routes if isinstance(route, HTTPRoute)}
        return _Book(self.state.services, routes)

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        request: Any = scope
        if request["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        visit = _Visit(self._book, request, send)
        answers = answering.set(visit.id)
        try:
            with self._book.traced(visit) as visit.span:
                try:
                    await super().__call__(request, receive, visit.say)
                finally:
                    visit.end()
        finally:
            answering.reset(answers)


class _Book:
    def __init__(self, services: Services, routes: set[str]) -> None:
        operation, web = services.operation, services.settings.web
        self.metrics = operation.metrics.http
        self.tracer: Tracer | None = operation.watchtower.tracer
        self.trusts_proxies = web.trusted_hops > 0
        self.headers = [HSTS] if web.public_url.startswith(TLS) else []
        self._routes = routes

    def name(self, headers: list[tuple[bytes, bytes]]) -> str:
        """Take the name that a proxy of ours gave a request, or give it one."""
        if self.trusts_proxies:
            given = [value for name, value in headers if name == REQUEST_ID]
            if len(given) == 1 and GIVEN.fullmatch(given[0]):
                return given[0].decode()
        return new_id().hex

    def route_of(self, scope: Any) -> str:  # noqa: ANN401 - ASGI has no better type
        template = scope.get("path_template")
        return template if template in self._routes else NOWHERE

    def traced(self, visit: "_Visit") -> Any:  # noqa: ANN401 - a span, or nothing
        if self.tracer is None:
            return nullcontext()
        facts: dict[str, Fact] = {
            "http.request.method": visit.method,
            "watchword.request_id": visit.id,
        }
        return self.tracer.span(visit.method, Kind.SERVER, facts)


class _Visit:
    """One request, from its first byte to our last."""

    def __init__(self, book: _Book, scope: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        self.span: Span | None = None
        self.id = book.name(scope["headers"])
        self.method: str = scope["method"] if scope["method"] in METHODS else OTHER
        self._book = book
        self._scope = scope
        self._send = send
        self._status = NOT_ANSWERED
        self._began = time.perf_counter()
        self._answered = self._began

    async def say(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._answered = time.perf_counter()
            own = (REQUEST_ID, self.id.encode())
            message["headers"] = [*message["headers"], own, *self._book.headers]
        await self._send(message)

    def end(self) -> None:
        route = self._book.route_of(self._scope)
        seconds = self._answered - self._began
        self._book.metrics.answered(self.method, route, self._status, seconds)
        if self.span is not None:
            self.span.rename(f"{self.method} {route}")
            self.span.note({"http.route": route, "http.response.status_code": self._status})
            if self._status >= BROKEN:
                self.span.failed(str(self._status))
