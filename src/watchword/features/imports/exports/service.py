"""What happens when all customers are taken out of the house: it is written down, and told apart.

They are handed out page by page, so that it takes no more memory than one page, and no transaction
stays open while somebody reads slowly.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from watchword.features.approvals.rules import BadReason, Kind, find_fault
from watchword.features.approvals.service import Approvals
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.cards.desk import number_place as card_place
from watchword.features.clients.rules import Caller, Operator
from watchword.features.contacts.service import Contacts
from watchword.features.customers.desk import Desk
from watchword.features.customers.store import SealedCustomer
from watchword.features.imports.exports.rows import cells_of
from watchword.features.imports.exports.rules import PLAIN, Held, Spoken
from watchword.features.imports.exports.store import HeldStore
from watchword.features.imports.files import row
from watchword.features.imports.intake.service import number_place
from watchword.features.imports.intake.store import KeyStore
from watchword.features.ledger.spreadsheets import BEGIN
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, page_of
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage, Transaction

AT_ONCE = 200
SUBJECT = "customers:export"
LAST = Id(int=2**128 - 1)
"""Above every id."""
NOTHING = Held(points=0, turnover=0, bonus=0)


@dataclass(frozen=True, slots=True)
class NeedsSecondPerson:
    """The organisation wants somebody else to agree first. With their permit it is done once."""

    word: ClassVar = "needs_second_person"


class CustomerExports:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        contacts: Contacts,
        approvals: Approvals,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._contacts = contacts
        self._approvals = approvals

    async def begin(
        self, caller: Caller, reason: str, words: Spoken = PLAIN
    ) -> AsyncIterator[bytes] | NeedsSecondPerson | BadReason:
        """Write down who takes the customers out and why, and give them piece by piece."""
        if fault := find_fault(reason):
            return fault
        whose = caller.organisation.id
        # Whoever runs the machine can read the database anyway, and answers for it.
        is_alone = isinstance(caller, Operator) or not (
            await self._approvals.needs_second_person(whose, Kind.BULK)
        )
        async with self._storage.begin(whose) as transaction:
            if not is_alone and not await self._approvals.take(
                transaction, whose, Kind.BULK, SUBJECT, actor=caller.actor
            ):
                return NeedsSecondPerson()
            entry = Entry(
                action=Action.CUSTOMERS_EXPORTED,
                actor=caller.actor,
                target=str(whose),
                details={"reason": reason.strip()},
            )
            await AuditStore(transaction, whose).add(entry)
            newest = Bookmark(transaction.now(), LAST)
        return self._table(whose, newest, words)

    async def _table(
        self, whose: OrganisationId, after: Bookmark, words: Spoken
    ) -> AsyncIterator[bytes]:
        yield (BEGIN + row(words.headings)).encode()
        following: Bookmark | None = after
        while following is not None:
            async with self._storage.reading(whose) as transaction:
                desk = Desk(transaction, whose, self._organisations, self._contacts)
                found = await desk.customers.page(following, AT_ONCE + 1)
                page = page_of(
                    found,
                    AT_ONCE,
                    lambda last: Bookmark(last.customer.created_at, last.customer.id),
                )
                piece = await self._piece(transaction, whose, desk, page.items, words)
            yield piece
            following = page.after

    async def _piece(
        self,
        transaction: Transaction,
        whose: OrganisationId,
        desk: Desk,
        found: Sequence[SealedCustomer],
        words: Spoken,
    ) -> bytes:
        keys, lines = await desk.keys(found), list[str]()
        ids = [sealed.customer.id for sealed in found]
        held = await HeldStore(transaction, whose).of(ids)
        numbers = await KeyStore(transaction, whose).numbers(ids)
        for sealed, customer in zip(found, await desk.open(found), strict=True):
            if sealed.key is None:
                continue
            key = keys.unwrap_person(sealed.key.data_version, sealed.key.wrapped)
            opener, number = Sealer({1: key}), ""
            if customer.id in numbers:
                row_id, content = numbers[customer.id]
                number = opener.open(content, number_place(whose, row_id)).decode()
            for each in held.get(customer.id, [NOTHING]):
                card = ""
                if each.card_id is not None and each.sealed_number is not None:
                    place = card_place(whose, each.card_id)
                    card = opener.open(each.sealed_number, place).decode()
                lines.append(row(cells_of(customer, number, each, card, words)))
        return "".join(lines).encode()
