"""Where the audit is kept. Nothing here changes or removes an entry."""

from collections.abc import Mapping, Sequence

import msgspec

from watchword.features.audit.rules import Action, Dated, Entry
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId, new_id, new_ids
from watchword.foundation.storage import Row, Transaction, Value

ADD = """
    insert into audit_entries (organisation_id, id, at, action, actor, target, details)
    values (:organisation_id, :id, :at, :action, :actor, :target, :details)
"""

ABOUT = """
    select at, action, actor, target, details from audit_entries
    where organisation_id = :organisation_id and target = :target
    order by at, id
"""


class AuditStore:
    """The audit of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, entry: Entry) -> None:
        """Write down what this transaction does; it is kept or lost together with it."""
        await self._transaction.run(ADD, **self._values(entry, new_id()))

    async def add_many(self, entries: Sequence[Entry]) -> None:
        """Do the same for many things that it does at once."""
        draw = new_ids()
        await self._transaction.many(ADD, [self._values(entry, draw()) for entry in entries])

    async def about(self, target: str) -> Sequence[Entry]:
        """Give the entries about one thing, the oldest first."""
        return [each.entry for each in await self.dated(target)]

    async def dated(self, target: str) -> Sequence[Dated]:
        """Do the same, and say when each was written."""
        rows = await self._transaction.all(ABOUT, organisation_id=self._ours, target=target)
        return [Dated(from_microseconds(row["at"]), _entry(row)) for row in rows]

    def _values(self, entry: Entry, id: Id) -> Mapping[str, Value]:
        return {
            "organisation_id": self._ours,
            "id": str(id),
            "at": to_microseconds(self._transaction.now()),
            "action": entry.action,
            "actor": entry.actor,
            "target": entry.target,
            "details": msgspec.json.encode(entry.details).decode(),
        }


def _entry(row: Row) -> Entry:
    return Entry(
        action=Action(row["action"]),
        actor=row["actor"],
        target=row["target"],
        details=msgspec.json.decode(row["details"]),
    )
