"""Traces by OpenTelemetry, sent over OTLP to a collector. The libraries are an extra.

An exception is named by its class alone: its words may quote what must not leave.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Protocol

import watchword
from watchword.foundation.errors import WatchwordError
from watchword.foundation.tracing import Fact, Kind, Span

EXTRA = ".[tracing]"


class TracingMissing(WatchwordError):
    """Traces are to be kept, and the libraries for it are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "The settings ask for traces, and OpenTelemetry is not installed. "
            f"Install it: pip install '{EXTRA}' - or leave out tracing.endpoint"
        )


class Exporter(Protocol):
    """What takes spans away. OpenTelemetry has several; tests have one that keeps them."""

    def export(self, spans: Any) -> Any: ...  # noqa: ANN401 - a type of the extra
    def shutdown(self) -> None: ...


def open_otlp(endpoint: str, ratio: float, service: str) -> "OpenTelemetry":
    """Send spans to a collector, in heaps and from a thread of its own."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an extra
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        raise TracingMissing from None
    return OpenTelemetry(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)), ratio, service)


class OpenTelemetry:
    """Fills the `Tracer` port. It stands alone: what is set for the whole process is not ours."""

    def __init__(
        self,
        processor: Any,  # noqa: ANN401 - a type of the extra
        ratio: float,
        service: str,
    ) -> None:
        """`ratio`: how many of all traces are kept, from 0 to 1."""
        try:
            from opentelemetry import trace  # noqa: PLC0415 - an extra
            from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
            from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
            from opentelemetry.sdk.trace.sampling import (  # noqa: PLC0415
                ParentBased,
                TraceIdRatioBased,
            )
        except ImportError:
            raise TracingMissing from None
        resource = Resource({"service.name": service, "service.version": watchword.VERSION})
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(ratio)),
            resource=resource,
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("watchword", watchword.VERSION)
        self._trace: ModuleType = trace
        self._kinds = {
            Kind.SERVER: trace.SpanKind.SERVER,
            Kind.CLIENT: trace.SpanKind.CLIENT,
            Kind.INSIDE: trace.SpanKind.INTERNAL,
        }

    @property
    def is_inside(self) -> bool:
        return bool(self._trace.get_current_span().is_recording())

    @contextmanager
    def span(self, name: str, kind: Kind, facts: Mapping[str, Fact]) -> Iterator[Span]:
        with self._tracer.start_as_current_span(
            name,
            kind=self._kinds[kind],
            attributes=dict(facts),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            seen = _Span(span, self._trace)
            try:
                yield seen
            except BaseException as fault:
                seen.failed(type(fault).__name__)
                raise

    def close(self) -> None:
        self._provider.shutdown()


class _Span:
    def __init__(self, span: Any, trace: ModuleType) -> None:  # noqa: ANN401 - a type of the extra
        self._span = span
        self._trace = trace

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def note(self, facts: Mapping[str, Fact]) -> None:
        self._span.set_attributes(facts)

    def failed(self, because: str) -> None:
        self._span.set_attribute("error.type", because)
        self._span.set_status(self._trace.StatusCode.ERROR)
