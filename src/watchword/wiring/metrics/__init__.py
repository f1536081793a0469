"""What is counted and measured while the house works: every figure that the manual names.

Parts below do not know of this. They say through a port what they do, in short words of ours, and
this process counts it. No organisation is told apart: a label for each would grow without end,
and say who has how many customers. Nothing of a request, a message or a person becomes a label.
"""

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

import watchword
from watchword.features.census.figures.rules import Figures
from watchword.foundation.roster import Roster
from watchword.wiring.metrics.doings import DatabaseMetrics, HttpMetrics, SendingMetrics
from watchword.wiring.metrics.product import ProductMetrics
from watchword.wiring.metrics.standing import StandingMetrics

__all__ = ["DatabaseMetrics", "HttpMetrics", "Metrics", "ProductMetrics", "SendingMetrics"]

# When each figure began is one more series for each, and nobody asks for it.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """All figures of one process. Another process has figures of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        Info("watchword_build", "The version that runs.", registry=registry).info(
            {"version": watchword.VERSION}
        )
        self.http = HttpMetrics(registry)
        self.product = ProductMetrics(registry)
        self.sending = SendingMetrics(registry)
        self.database = DatabaseMetrics(registry)
        self._now = StandingMetrics(registry)

    def show_standing(self, figures: Figures | None, roster: Roster) -> None:
        """Take in what is not counted while it happens, but looked up when somebody asks."""
        self._now.take(figures, roster)
