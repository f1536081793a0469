"""What is done all the time, and how long it takes: requests, sendings, transactions."""

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from watchword.foundation.errors import WatchwordError
from watchword.foundation.storage import (
    ConstraintViolated,
    HeldTooLong,
    StatementRefused,
    StorageConflict,
    StorageUnavailable,
)
from watchword.foundation.watching import Act

SHORT = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)  # seconds
LONG = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)
FAULTS: tuple[type[WatchwordError], ...] = (
    ConstraintViolated,
    HeldTooLong,
    StatementRefused,
    StorageConflict,
    StorageUnavailable,
)


class HttpMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "watchword_http_requests_total",
            "Requests that were answered.",
            ["method", "route", "status"],
            registry=registry,
        )
        self._seconds = Histogram(
            "watchword_http_request_seconds",
            "How long it took until a request was answered.",
            ["route"],
            buckets=LONG,
            registry=registry,
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """`method` and `route` are of those that we have, and never as somebody sent them."""
        key = (method, route, status)
        found = self._known.get(key)
        if found is None:
            found = self._requests.labels(method, route, status), self._seconds.labels(route)
            self._known[key] = found
        counter, histogram = found
        counter.inc()
        histogram.observe(seconds)


class SendingMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._messages = Counter(
            "watchword_messages_total",
            "Attempts to send a message, by what became of it then; queued is tried again.",
            ["provider", "state"],
            registry=registry,
        )
        self._send = Histogram(
            "watchword_send_seconds",
            "How long a provider had a message in its hands, by how that ended.",
            ["provider", "outcome"],
            buckets=LONG,
            registry=registry,
        )
        self._webhook = Histogram(
            "watchword_webhook_seconds",
            "How long an endpoint took for a webhook, by how that ended.",
            ["outcome"],
            buckets=LONG,
            registry=registry,
        )
        self._resting = Gauge(
            "watchword_provider_resting",
            "1 while a provider that has failed is left alone, or is tried with one message.",
            ["provider"],
            registry=registry,
        )

        # By their labels alone they are found in many steps, and each message asks for two.
        self._messages_of = cache(self._messages.labels)
        self._send_of = cache(self._send.labels)

    def ended(self, act: Act, of: str, outcome: str, seconds: float) -> None:
        if act is Act.MESSAGE:
            self._messages_of(of, outcome).inc()
        elif act is Act.SEND:
            self._send_of(of, outcome).observe(seconds)
        elif act is Act.WEBHOOK:
            self._webhook.labels(outcome).observe(seconds)

    def rests(self, provider: str, *, is_resting: bool) -> None:
        self._resting.labels(provider).set(is_resting)


class DatabaseMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        seconds = Histogram(
            "watchword_database_seconds",
            "How long transactions took, from asking for one until it was kept or undone.",
            ["kind"],
            buckets=SHORT,
            registry=registry,
        )
        self._of = {act: seconds.labels(act.value) for act in (Act.READ, Act.WRITE)}
        self._faults = Counter(
            "watchword_database_faults_total",
            "Transactions that the database could not do.",
            ["fault"],
            registry=registry,
        )

    def ended(self, act: Act, fault: BaseException | None, seconds: float) -> None:
        self._of[act].observe(seconds)
        if isinstance(fault, FAULTS):
            self._faults.labels(type(fault).__name__).inc()
