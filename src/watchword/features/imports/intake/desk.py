"""What a batch says of who agreed: at which contact points, if they are those of its customers.

Somebody who is here already keeps the contact points that they have, whatever a file says. So what
they agreed to at another one is let be.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from watchword.features.contacts.rules import ContactId
from watchword.features.customers.bulk.service import Kept
from watchword.features.customers.reached.store import ReachedStore
from watchword.features.customers.rules import CustomerId
from watchword.features.imports.intake.rules import Decision, Key, ReadyAgreement
from watchword.features.imports.intake.store import Tried
from watchword.features.imports.ports import Agreed, Book
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction


class AgreementDesk:
    """Knows the contact points of those of whom one batch says that they agreed."""

    def __init__(self, transaction: Transaction, whose: OrganisationId, decision: Decision) -> None:
        self._transaction = transaction
        self._whose = whose
        self._decision = decision

    async def agreed(self, kept: Sequence[Kept]) -> Sequence[Agreed]:
        """Say who agreed, once those who are new are `kept`."""
        if not self._decision.agreeing:
            return ()
        here, found = await self._here(), list[Agreed]()
        for row, owner in self._decision.agreeing:
            if isinstance(owner, bytes):
                raise TypeError("Who was only tried has no contact points.")
            ids = self._new(owner, kept) if isinstance(owner, int) else here[owner]
            found += (_agreed(each, ids[each.index]) for each in row.agreed if each.index in ids)
        return found

    async def attempt(self, book: Book, tried: Tried) -> int:
        """Count what would be written down, after all that was tried before."""
        decision = self._decision
        tried.add((row.key + index, b"") for row in decision.new for index in row.reached)
        if not decision.agreeing:
            return 0
        here, found = await self._here(), list[Agreed]()
        for row, owner in decision.agreeing:
            for each in row.agreed:
                key = decision.new[owner].key if isinstance(owner, int) else owner
                if isinstance(key, bytes):
                    is_theirs = key + each.index in tried.known([key + each.index])
                else:
                    is_theirs = each.index in here[key]
                if is_theirs:
                    found.append(_agreed(each, None))
        before = tried.known(map(_page, found))
        asked = [each for each in found if _page(each) not in before]
        written = await book.attempt(self._transaction, self._whose, asked)
        tried.add((_page(each), b"") for each in written)
        return len(written)

    async def _here(self) -> Mapping[CustomerId, Mapping[Key, ContactId]]:
        """Read where those are reached who were here before."""
        owners = dict.fromkeys(owner for _, owner in self._decision.agreeing)
        ids = [owner for owner in owners if not isinstance(owner, int | bytes)]
        found = defaultdict[CustomerId, dict[Key, ContactId]](dict)
        if ids:
            for each in await ReachedStore(self._transaction, self._whose).of(ids):
                found[each.customer_id][each.sealed.blind_index] = each.sealed.id
        return found

    def _new(self, place: int, kept: Sequence[Kept]) -> Mapping[Key, ContactId]:
        customer = self._decision.new[place].customer
        contacts = () if customer is None else customer.contacts
        ids = kept[place].contact_ids
        return {each.blind_index: id for each, id in zip(contacts, ids, strict=True)}


def _agreed(ready: ReadyAgreement, contact_id: ContactId | None) -> Agreed:
    return Agreed(
        way=ready.way,
        digest=ready.digest,
        contact_id=contact_id,
        at=ready.at,
        wording=ready.wording,
    )


def _page(agreed: Agreed) -> Key:
    """Give what a page of the book is known by in a trial: somebody, and a way to write to them."""
    return f"{agreed.way}|".encode() + agreed.digest
