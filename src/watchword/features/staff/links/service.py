"""What happens to addresses that are good once: they are made, found, used and withdrawn."""

import secrets
from collections.abc import Mapping

from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.staff.links.rules import (
    TOKEN_AT_MOST,
    TOKEN_BYTES,
    Link,
    LinkId,
    LinkKind,
    NoGood,
    Opened,
    Spent,
    address_of,
    door_of,
    fingerprint,
    judge,
    new_link,
)
from watchword.features.staff.links.store import LinkDirectory, LinkStore
from watchword.features.staff.rules import Colleague, StaffId, StaffState
from watchword.features.staff.service import Staff
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction


class Links:
    def __init__(
        self, *, storage: Storage, organisations: Organisations, staff: Staff, public_url: str
    ) -> None:
        """`public_url`: how the world reaches us."""
        self._storage = storage
        self._organisations = organisations
        self._staff = staff
        self._public_url = public_url

    async def make(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        staff_id: StaffId,
        kind: LinkKind,
    ) -> tuple[Link, Secret]:
        """Make an address, and give it. It is kept nowhere."""
        token = Secret(secrets.token_urlsafe(TOKEN_BYTES))
        link = new_link(LinkId(new_id()), staff_id, kind, token, transaction.now())
        await LinkStore(transaction, organisation_id).add(link)
        return link, Secret(address_of(self._public_url, kind, token))

    def door(self, organisation: Organisation) -> str:
        """Give where people of an organisation sign in later."""
        return door_of(self._public_url, organisation)

    async def look(self, token: Secret) -> Opened | NoGood:
        """Say whose an address is, and what it is good for. Nothing is changed."""
        if len(token.reveal()) > TOKEN_AT_MOST:
            return NoGood(Spent.UNKNOWN)
        async with self._storage.reading(EVERYWHERE) as transaction:
            place = await LinkDirectory(transaction).find(fingerprint(token))
            if place is None:
                return NoGood(Spent.UNKNOWN)
            organisation_id, link = place
            judged = judge(link, transaction.now())
            if isinstance(judged, NoGood):
                return judged
            organisation = await self._organisations.read(transaction, organisation_id)
            try:
                member = await self._staff.read(transaction, organisation_id, link.staff_id)
            except NotFound:
                return NoGood(Spent.WITHDRAWN)
        if member.state is StaffState.DISABLED and link.kind is not LinkKind.OBJECTION:
            return NoGood(Spent.WITHDRAWN)
        return Opened(Colleague(member=member, organisation=organisation), link)

    async def use(self, transaction: Transaction, opened: Opened) -> NoGood | None:
        """Use an address up, unless somebody was faster; nothing, if it was good."""
        store = LinkStore(transaction, opened.colleague.organisation.id)
        judged = judge(await store.hold(opened.link.id), transaction.now())
        if isinstance(judged, NoGood):
            return judged
        await store.use(judged.id, transaction.now())
        return None

    async def open(self, organisation_id: OrganisationId) -> Mapping[StaffId, Link]:
        """Give who is waited for, and until when."""
        async with self._storage.reading(organisation_id) as transaction:
            return await LinkStore(transaction, organisation_id).open()

    async def withdraw(
        self, transaction: Transaction, organisation_id: OrganisationId, id: StaffId
    ) -> list[LinkId]:
        """Shut all ways in that somebody was sent and has not used, and say which."""
        return await LinkStore(transaction, organisation_id).withdraw(id, transaction.now())
