"""What is logged of strangers who pretend to be a provider: a line a second, and how many."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from watchword.features.delivery.rules import ProviderName

SAID_EVERY = timedelta(seconds=1)

log = structlog.get_logger()


@dataclass
class _Heap:
    """What nobody was told of yet."""

    said_at: datetime | None = None
    count: int = 0


@dataclass
class Doubts:
    """All of one process. A flood must not fill the log, nor hide how much it was."""

    _heaps: MutableMapping[ProviderName, _Heap] = field(default_factory=dict)

    def say(self, provider: ProviderName, reason: str, now: datetime) -> None:
        heap = self._heaps.setdefault(provider, _Heap())
        heap.count += 1
        if heap.said_at is None or now - heap.said_at >= SAID_EVERY:
            log.warning("callback.not_believed", provider=provider, reason=reason, count=heap.count)
            heap.said_at, heap.count = now, 0
