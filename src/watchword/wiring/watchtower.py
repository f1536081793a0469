"""From where the house is looked at: all that is done is measured, and traced if that is wanted."""

import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from watchword.foundation.tracing import Kind, Span, Tracer
from watchword.foundation.watching import Act, Look
from watchword.providers.tracing.opentelemetry import open_otlp
from watchword.settings import Settings
from watchword.wiring.metrics import Metrics

TRANSACTIONS = {Act.READ, Act.WRITE}
KINDS = {Act.SEND: Kind.CLIENT, Act.WEBHOOK: Kind.CLIENT}


def open_tracer(settings: Settings) -> Tracer | None:
    """Keep traces, if the settings ask for them; raise `TracingMissing` if that is not possible."""
    chosen = settings.tracing
    if chosen.endpoint is None:
        return None
    return open_otlp(chosen.endpoint, chosen.ratio, chosen.service)


class Watchtower:
    """Fills the `Onlooker` port."""

    def __init__(self, metrics: Metrics, tracer: Tracer | None) -> None:
        self.metrics = metrics
        self.tracer = tracer

    def over(self, act: Act, of: str = "") -> AbstractContextManager[Look]:
        if self.tracer is None:
            return _Measured(self.metrics, act, of)
        if act in TRANSACTIONS and not self.tracer.is_inside:
            # Workers look for work all the time. What they find begins a trace, and not that.
            return _Measured(self.metrics, act, of)
        facts = {"watchword.of": of} if of else {}
        span = self.tracer.span(_name(act), KINDS.get(act, Kind.INSIDE), facts)
        return _Traced(self.metrics, act, of, span)

    def close(self) -> None:
        if self.tracer is not None:
            self.tracer.close()

    def rests(self, provider: str, *, is_resting: bool) -> None:
        self.metrics.sending.rests(provider, is_resting=is_resting)


def _name(act: Act) -> str:
    return f"database {act}" if act in TRANSACTIONS else act.value


class _Measured:
    """An act with its beginning and its end."""

    __slots__ = ("_act", "_began", "_metrics", "_of", "ended")

    def __init__(self, metrics: Metrics, act: Act, of: str) -> None:
        self._metrics = metrics
        self._act = act
        self._of = of
        self.ended = ""

    def __enter__(self) -> Self:
        self._began = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        seconds = time.perf_counter() - self._began
        if self._act in TRANSACTIONS:
            self._metrics.database.ended(self._act, fault, seconds)
        elif fault is None:
            self._metrics.sending.ended(self._act, self._of, self.ended, seconds)


class _Traced(_Measured):
    """The same, as a part of a trace."""

    __slots__ = ("_opened", "_span")

    def __init__(
        self, metrics: Metrics, act: Act, of: str, span: AbstractContextManager[Span]
    ) -> None:
        super().__init__(metrics, act, of)
        self._span = span

    def __enter__(self) -> Self:
        self._opened = self._span.__enter__()
        super().__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        super().__exit__(kind, fault, trace)
        if self.ended:
            self._opened.note({"watchword.ended": self.ended})
        self._span.__exit__(kind, fault, trace)
