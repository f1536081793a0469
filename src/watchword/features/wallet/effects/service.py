"""What happens to a wallet when its customer changes, or says "that was not me": it shuts.

Whoever objects is not asked who did it. All that opens the wallet without a code goes at once, and
what they were told of is undone; they come in again by a code to where the notice reached them.
"""

import structlog

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.challenges.codes import denial_tag
from watchword.features.challenges.desk import Machine
from watchword.features.clients.rules import Caller
from watchword.features.contacts.service import Contacts
from watchword.features.customers.rules import Changes, Customer, CustomerId, target_of
from watchword.features.customers.service import Customers
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.wallet.devices.store import DeviceStore
from watchword.features.wallet.notices.rules import Kind, Notice, NoticeId, State, state_of
from watchword.features.wallet.notices.store import NoticeDirectory, NoticeStore
from watchword.features.wallet.passkeys.store import PasskeyStore
from watchword.features.wallet.sessions.store import SessionStore
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.storage import Storage, Transaction

DENIAL = "wallet_denial"

log = structlog.get_logger()


class Effects:
    """Hears what happens to customers."""

    async def changed(
        self, transaction: Transaction, caller: Caller, before: Customer, after: Customer
    ) -> None:
        """Sign out whoever came in by a contact point that is theirs no more."""
        left = {each.contact_id for each in after.contacts}
        sessions = SessionStore(transaction, caller.organisation.id)
        for each in before.contacts:
            if each.contact_id not in left:
                await sessions.end_by(after.id, each.contact_id)

    async def merged(
        self, transaction: Transaction, caller: Caller, kept: Customer, merged: Customer
    ) -> None:
        """Shut the wallet of whoever is no more. What its devices are called went with a key."""
        await shut(transaction, caller.organisation.id, merged.id)

    async def erased(self, transaction: Transaction, caller: Caller, id: CustomerId) -> None:
        await shut(transaction, caller.organisation.id, id)


async def shut(transaction: Transaction, whose: OrganisationId, id: CustomerId) -> None:
    """Let nothing open a wallet but a code."""
    await SessionStore(transaction, whose).end_all(id)
    await DeviceStore(transaction, whose).revoke_all(id)
    await PasskeyStore(transaction, whose).remove_all(id)


class WalletDenials:
    """Where customers object to what they were told of."""

    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        customers: Customers,
        contacts: Contacts,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._customers = customers
        self._contacts = contacts

    async def look(self, token: str) -> tuple[Organisation, Notice, State] | None:
        """Say what an address is about, and what became of it. Nothing is changed."""
        place = await self._find(token)
        if place is None:
            return None
        organisation_id, id = place
        async with self._storage.reading(organisation_id) as transaction:
            organisation = await self._organisations.read(transaction, organisation_id)
            notice = await NoticeStore(transaction, organisation_id).find(id)
            now = transaction.now()
        return None if notice is None else (organisation, notice, state_of(notice, now))

    async def deny(self, token: str) -> tuple[Organisation, Notice, State] | None:
        """Shut the wallet, and undo what somebody was told of, at their wish."""
        place = await self._find(token)
        if place is None:
            return None
        organisation_id, id = place
        async with self._storage.begin(organisation_id) as transaction:
            organisation = await self._organisations.read(transaction, organisation_id)
            store = NoticeStore(transaction, organisation_id)
            notice = await store.hold(id)
            if notice is None:
                return None
            state = state_of(notice, transaction.now())
            if state is not State.STANDS:
                return organisation, notice, state
            caller = Machine(name=DENIAL, organisation=organisation)
            await self._undo(transaction, caller, notice)
            await store.deny(id)
            entry = Entry(
                action=Action.WALLET_DENIED,
                actor=caller.actor,
                target=target_of(notice.customer_id),
                details={"kind": notice.kind},
            )
            await AuditStore(transaction, organisation_id).add(entry)
        log.warning("wallet.denied", customer_id=str(notice.customer_id), kind=notice.kind)
        return organisation, notice, State.DENIED

    async def _undo(self, transaction: Transaction, caller: Machine, notice: Notice) -> None:
        whose = caller.organisation.id
        try:
            customer = await self._customers.get(transaction, whose, notice.customer_id)
        except NotFound:
            return  # They were forgotten, and their wallet with them.
        await shut(transaction, whose, customer.id)
        if notice.kind is not Kind.CONTACT:
            return
        # The old one comes back, but not as proven: the number may be somebody else's by now, who
        # reads the notice. A code to it leads in with a second fact alone.
        held = {each.contact_id for each in customer.contacts}
        removes = [notice.contact_id] if notice.contact_id in held else []
        adds = []
        if notice.old_contact_id is not None and notice.old_contact_id not in held:
            adds = [await self._contacts.open(transaction, whose, notice.old_contact_id)]
        # Nobody is left without any way to be reached.
        if removes and len(held) + len(adds) < len(removes) + 1:
            removes = []
        await self._customers.amend(
            transaction,
            caller,
            customer.id,
            Changes(adds=adds, removes=[each for each in removes if each is not None]),
        )

    async def _find(self, token: str) -> tuple[OrganisationId, NoticeId] | None:
        async with self._storage.reading(EVERYWHERE) as transaction:
            return await NoticeDirectory(transaction).find(denial_tag(token))
