"""What is not counted while it happens, but looked up when somebody asks."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Gauge

from watchword.features.census.figures.rules import Figures
from watchword.foundation.roster import Roster


class StandingMetrics:
    """How much waits, what was kept up with, and who is at work."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._up = Gauge(
            "watchword_database_up",
            "1 if the database told what follows, 0 if it did not.",
            registry=registry,
        )
        self._waiting = _Waiting(registry)
        self._evidence = _Evidence(registry)
        self._workers = _Workers(registry)

    def take(self, figures: Figures | None, roster: Roster) -> None:
        self._up.set(figures is not None)
        if figures is not None:
            self._waiting.take(figures)
            self._evidence.take(figures)
        self._workers.take(roster)


class _Waiting:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._waiting = Gauge(
            "watchword_outbox_messages",
            "Messages that wait to be sent.",
            ["provider"],
            registry=registry,
        )
        self._oldest = Gauge(
            "watchword_outbox_oldest_seconds",
            "How long the oldest message has been waiting to be sent.",
            ["provider"],
            registry=registry,
        )
        self._webhooks = Gauge(
            "watchword_webhooks_waiting",
            "Webhooks that wait to be sent, or to be sent again.",
            registry=registry,
        )
        self._webhooks_overdue = Gauge(
            "watchword_webhooks_overdue_seconds",
            "For how long the webhook has been due that has been due for longest.",
            registry=registry,
        )

    def take(self, figures: Figures) -> None:
        _set(self._waiting, {name: lane.waiting for name, lane in figures.lanes.items()})
        _set(self._oldest, {name: lane.oldest for name, lane in figures.lanes.items()})
        self._webhooks.set(figures.webhooks.waiting)
        self._webhooks_overdue.set(figures.webhooks.oldest)


class _Evidence:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._unsealed = Gauge(
            "watchword_ledger_unsealed_entries",
            "Entries of the ledger that are not sealed yet.",
            registry=registry,
        )
        self._unsealed_oldest = Gauge(
            "watchword_ledger_unsealed_oldest_seconds",
            "How long the oldest entry has been waiting to be sealed.",
            registry=registry,
        )
        self._uncopied = Gauge(
            "watchword_ledger_uncopied_checkpoints",
            "Checkpoints that the second place has not got; all of them, if there is none.",
            registry=registry,
        )
        self._swept = Gauge(
            "watchword_retention_last_run_seconds",
            "When retention last ran, in seconds since 1970; 0 if it never did.",
            registry=registry,
        )

    def take(self, figures: Figures) -> None:
        self._unsealed.set(figures.unsealed.waiting)
        self._unsealed_oldest.set(figures.unsealed.oldest)
        self._uncopied.set(figures.uncopied.waiting)
        self._swept.set(0 if figures.swept_at is None else figures.swept_at.timestamp())


class _Workers:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._there = Gauge(
            "watchword_worker_up",
            "1 if a worker of this process is there.",
            ["worker"],
            registry=registry,
        )
        self._silent = Gauge(
            "watchword_worker_silent_seconds",
            "How long ago a worker of this process last turned to its work.",
            ["worker"],
            registry=registry,
        )

    def take(self, roster: Roster) -> None:
        seen = roster.look()
        _set(self._there, {name: one.is_there for name, one in seen.items()})
        _set(self._silent, {name: one.silent_for for name, one in seen.items()})


def _set(gauge: Gauge, values: Mapping[str, float]) -> None:
    """Show these and no others: what is not there any more is not shown as it once was."""
    gauge.clear()
    for name, value in values.items():
        gauge.labels(name).set(value)
