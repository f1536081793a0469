"""What happens in a replay: history is read page by page, and judged by other rules."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

from watchword.features.abuse.history.store import StartStore
from watchword.features.abuse.replay.rules import Replay, Report
from watchword.features.abuse.rulebook.service import Rulebook
from watchword.features.abuse.rulesets import Ruleset
from watchword.features.contacts.rules import dial_code_of
from watchword.features.organisations.rules import Organisation
from watchword.foundation.storage import Storage

ROWS = 1000  # at once; between two pages others have their turn

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many starts are done, and of how many."""


class Replays:
    def __init__(self, *, storage: Storage, rulebook: Rulebook, rows: int = ROWS) -> None:
        self._storage = storage
        self._rulebook = rulebook
        self._rows = rows

    async def replay(
        self,
        organisation: Organisation,
        span: timedelta,
        ruleset: Ruleset | None = None,
        progress: Progress = lambda _done, _all: None,
    ) -> Report:
        """Judge what was started within a span again: by these rules, or by those in force."""
        rules = ruleset or await self._rulebook.show(organisation)
        replay = Replay(rules, organisation.country, dial_code_of(organisation.country))
        async with self._storage.reading(organisation.id) as transaction:
            until = transaction.now()
            after, above = until - span, ""
            store = StartStore(transaction, organisation.id)
            expected, done = await store.count(after, until), 0
        while True:
            async with self._storage.reading(organisation.id) as transaction:
                store = StartStore(transaction, organisation.id)
                page = await store.page(after, above, until, self._rows)
            for past in page:
                replay.play(past)
            done += len(page)
            progress(done, max(expected, done))
            if len(page) < self._rows:
                return replay.report()
            after, above = page[-1].trace.at, str(page[-1].trace.id)
