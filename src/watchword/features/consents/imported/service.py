"""What happens when a file says of many customers at once that they agreed to offers.

It is done inside the transaction in which they are taken in, by a few statements for all of them.
"""

from collections.abc import Sequence
from dataclasses import replace

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.consents.events import event_of
from watchword.features.consents.imported.rules import Known, to_be_written
from watchword.features.consents.opt_ins.store import RequestStore
from watchword.features.consents.rules import (
    ConsentId,
    Record,
    Scope,
    Shown,
    Source,
    Standing,
)
from watchword.features.consents.store import ConsentStore
from watchword.features.contacts.suppressions.rules import About
from watchword.features.contacts.suppressions.store import SuppressionStore
from watchword.features.imports.ports import Agreed
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.ids import OrganisationId, new_ids
from watchword.foundation.storage import Transaction


class ImportedConsents:
    def __init__(self, *, webhooks: Webhooks) -> None:
        self._webhooks = webhooks

    async def take(
        self, transaction: Transaction, caller: Caller, agreed: Sequence[Agreed]
    ) -> Sequence[Agreed]:
        """Write down what is new, a line for each; give that.

        Nobody else writes about these contact points until the end, so no STOP comes between.
        """
        whose = caller.organisation.id
        store = ConsentStore(transaction, whose)
        await store.hold_many({each.contact_id for each in agreed if each.contact_id is not None})
        lines = [*to_be_written(agreed, await self._known(transaction, whose, agreed))]
        draw, now = new_ids(), transaction.now()
        records = [
            Record(
                id=ConsentId(draw()),
                digest=each.digest,
                scope=Scope(each.way),
                number=number,
                standing=Standing.GIVEN,
                source=Source.IMPORT,
                shown=Shown(caller.organisation.locale, each.wording),
                contact_id=each.contact_id,
                created_at=min(each.at, now),
                created_by=caller.actor,
            )
            for each, number in lines
        ]
        await store.add_many(records)
        await AuditStore(transaction, whose).add_many([_entry(caller, each) for each in records])
        if await self._webhooks.is_heard(whose, transaction):
            for record in records:
                event = replace(event_of(record), at=now)
                await self._webhooks.note(transaction, whose, event)
        return [each for each, _ in lines]

    async def attempt(
        self, transaction: Transaction, whose: OrganisationId, agreed: Sequence[Agreed]
    ) -> Sequence[Agreed]:
        """Give what would be written down."""
        known = await self._known(transaction, whose, agreed)
        return [each for each, _ in to_be_written(agreed, known)]

    def announce(self, whose: OrganisationId) -> None:
        """Tell whoever hears of it, once it is durable."""
        self._webhooks.announce(whose)

    async def _known(
        self, transaction: Transaction, whose: OrganisationId, agreed: Sequence[Agreed]
    ) -> Known:
        digests = [*dict.fromkeys(each.digest for each in agreed)]
        suppressions = SuppressionStore(transaction, whose)
        return Known(
            opted_out=await suppressions.stopped(digests, About.ADVERTISING),
            declined=await RequestStore(transaction, whose).declined(digests),
            latest=await ConsentStore(transaction, whose).latest(digests),
        )


def _entry(caller: Caller, record: Record) -> Entry:
    return Entry(
        action=Action.CONSENT_GIVEN,
        actor=caller.actor,
        target=Noun.CONSENT.of(record.id),
        details={"scope": record.scope, "source": record.source},
    )
