"""Why a core does not answer: told to the log and to the operator, in words of our own."""

from typing import Final

import structlog

from watchword.features.cores.rules import CoreName, Unavailable

UNEXPECTED: Final = "something unexpected"

log = structlog.get_logger()


class Ailments:
    """What is known of how a core feels. Of what was asked, nothing comes here."""

    def __init__(self, name: CoreName) -> None:
        self._name = name
        self._last: str | None = None

    @property
    def last(self) -> str | None:
        """Give why it did not answer the last time, if it did not."""
        return self._last

    def gone(self, reason: str, *, during_maintenance: bool = False) -> Unavailable:
        self.note(reason)
        return Unavailable(during_maintenance=during_maintenance)

    def note(self, reason: str) -> None:
        if reason != self._last:  # a core that is down is told of once, and not at each call
            log.warning("core.not_answering", core=self._name, reason=reason)
        self._last = reason

    def well(self) -> None:
        if self._last is not None:
            log.info("core.answering_again", core=self._name)
        self._last = None
