"""What happens to pairs: each is kept, and all together are a report."""

from datetime import datetime, timedelta

from watchword.features.clients.rules import Caller
from watchword.features.crossings.pairs.rules import Call, Pair, PairId, Report, Said
from watchword.features.crossings.pairs.store import PairStore
from watchword.features.organisations.rules import Organisation
from watchword.foundation.ids import new_id
from watchword.foundation.storage import Storage


class Pairs:
    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    async def note(self, caller: Caller, call: Call, theirs: Said, ours: Said) -> None:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            pair = Pair(
                id=PairId(new_id()), call=call, theirs=theirs, ours=ours, at=transaction.now()
            )
            await PairStore(transaction, whose).add(pair)

    async def report(self, organisation: Organisation, over: timedelta) -> Report:
        """Report on what was said so lately."""
        async with self._storage.reading(organisation.id) as transaction:
            since: datetime = transaction.now() - over
            return Report(await PairStore(transaction, organisation.id).kinds(since))
