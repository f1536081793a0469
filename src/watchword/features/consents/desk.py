"""What one transaction about one contact point has at hand, and how a line gets into the book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.consents.events import event_of
from watchword.features.consents.rules import (
    OWN,
    ConsentId,
    Record,
    Scope,
    Shown,
    Source,
    Standing,
    holds,
)
from watchword.features.consents.store import ConsentStore
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.contacts.suppressions.rules import (
    About,
    Suppression,
    SuppressionId,
    SuppressionKind,
    stops,
)
from watchword.features.contacts.suppressions.store import SuppressionStore
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.ids import new_id
from watchword.foundation.storage import Transaction

ACTIONS = {
    Standing.GIVEN: Action.CONSENT_GIVEN,
    Standing.WITHDRAWN: Action.CONSENT_WITHDRAWN,
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page of the book that one contact point has, open before one caller."""

    transaction: Transaction
    caller: Caller
    webhooks: Webhooks
    contact: Contact
    digest: bytes
    contact_id: ContactId | None
    """Held by the transaction; nothing, if we know nobody there."""

    @property
    def store(self) -> ConsentStore:
        return ConsentStore(self.transaction, self.caller.organisation.id)

    @property
    def suppressions(self) -> SuppressionStore:
        return SuppressionStore(self.transaction, self.caller.organisation.id)

    async def is_opted_out(self) -> bool:
        return stops(await self.suppressions.kinds_of(self.digest), About.ADVERTISING)

    async def last(self, scope: Scope) -> Sequence[Record]:
        return await self.store.last(self.digest, scope)

    async def holds(self, scope: Scope) -> bool:
        """Say whether it is known to hold, so that those who choose recipients find it."""
        if self.contact_id is None:
            return False
        return scope in await self.store.holding(self.contact_id)

    async def write(
        self, last: Record | None, scope: Scope, source: Source, shown: Shown | None
    ) -> Record:
        """Add a line behind the `last` one: they agree to what they were shown, or to no more.

        In the ledger a consent is known by the line that gave it, also when it ends.
        """
        record = Record(
            id=ConsentId(new_id()),
            digest=self.digest,
            scope=scope,
            number=1 if last is None else last.number + 1,
            standing=Standing.WITHDRAWN if shown is None else Standing.GIVEN,
            source=source,
            shown=shown,
            contact_id=self.contact_id,
            created_at=self.transaction.now(),
            created_by=self.caller.actor,
        )
        await self.store.add(record)
        action = ACTIONS[record.standing]
        said = {"scope": scope, "source": source}
        ended = last if shown is None and holds(last) else None
        await self._note(action, Noun.CONSENT.of((ended or record).id), said)
        await self.webhooks.note(self.transaction, self.caller.organisation.id, event_of(record))
        log.info(
            "consent.written", consent_id=str(record.id), standing=record.standing, scope=scope
        )
        return record

    async def opt_out(self) -> bool:
        """Let no advertising go there any more; say whether it was not so before."""
        suppression = Suppression(
            id=SuppressionId(new_id()),
            kind=SuppressionKind.MARKETING,
            contact_kind=self.contact.kind,
            digest=self.digest,
            created_at=self.transaction.now(),
            created_by=self.caller.actor,
        )
        if not await self.suppressions.add(suppression):
            return False
        await self._tell(Action.SUPPRESSION_ADDED, suppression)
        log.info("suppression.added", suppression_id=str(suppression.id), kind=suppression.kind)
        return True

    async def opt_in(self) -> bool:
        """Take back the opt-out of somebody who has set it themselves; say whether it was so."""
        for each in await self.suppressions.of(self.digest):
            if each.kind is SuppressionKind.MARKETING and each.created_by in OWN:
                await self.suppressions.lift(self.digest, each.kind)
                await self._tell(Action.SUPPRESSION_LIFTED, each)
                log.info("suppression.lifted", suppression_id=str(each.id), kind=each.kind)
                return True
        return False

    async def _tell(self, action: Action, suppression: Suppression) -> None:
        target = Noun.SUPPRESSION.of(suppression.id)
        await self._note(action, target, {"kind": suppression.kind})

    async def _note(self, action: Action, target: str, said: Mapping[str, str]) -> None:
        entry = Entry(action=action, actor=self.caller.actor, target=target, details=said)
        await AuditStore(self.transaction, self.caller.organisation.id).add(entry)
