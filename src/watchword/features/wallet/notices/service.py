"""What happens when a customer is to hear of something: all their contact points are told."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from watchword.features.challenges.codes import denial_tag
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.customers.rules import Customer, CustomerContact
from watchword.features.customers.service import Customers
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import Address, Draft
from watchword.features.delivery.service import Outbox
from watchword.features.organisations.rules import Organisation
from watchword.features.templates.rules import TemplateName, closest
from watchword.features.wallet.notices.rules import Kind, Notice, NoticeId, ways_to
from watchword.features.wallet.notices.store import NoticeStore
from watchword.features.wallet.notices.words import put_together
from watchword.features.wallet.rules import bare
from watchword.features.wallet.sessions.rules import Visit
from watchword.foundation.ids import new_id
from watchword.foundation.storage import Transaction

GOOD_FOR = timedelta(days=2)
"""How long we try to bring it to somebody."""
ABOUT = "notice:"


class Notices:
    def __init__(
        self,
        *,
        customers: Customers,
        outbox: Outbox,
        routes: Routes,
        denials: str,
        new_token: Callable[[], str],
    ) -> None:
        """`denials`: the address below which people say "not me"."""
        self._customers = customers
        self._outbox = outbox
        self._routes = routes
        self._denials = denials
        self._new_token = new_token

    async def tell(
        self,
        transaction: Transaction,
        visit: Visit,
        kind: Kind,
        *,
        about_id: UUID | None = None,
        word: str = "",
    ) -> None:
        """Tell whoever is signed in, at all their contact points, what was done as them."""
        customer = await self._customers.get(transaction, visit.organisation.id, visit.customer_id)
        await self.tell_all(transaction, visit, customer, kind, about_id=about_id, word=word)

    async def tell_all(
        self,
        transaction: Transaction,
        caller: Caller,
        customer: Customer,
        kind: Kind,
        *,
        about_id: UUID | None = None,
        word: str = "",
        new: ContactId | None = None,
        old: CustomerContact | None = None,
    ) -> None:
        """Tell a customer, also at a contact point that is theirs no more."""
        organisation, token = caller.organisation, self._new_token()
        notice = Notice(
            id=NoticeId(new_id()),
            customer_id=customer.id,
            kind=kind,
            about_id=bare(about_id),
            contact_id=new,
            old_contact_id=None if old is None else old.contact_id,
            created_at=transaction.now(),
        )
        await NoticeStore(transaction, organisation.id).add(notice, denial_tag(token))
        facts = {
            "organisation": organisation.name,
            "word": word,
            "link": f"{self._denials}{token}",
        }
        told = replace(customer, contacts=[*customer.contacts, *([] if old is None else [old])])
        await self._send(transaction, organisation, told, kind, facts)

    async def _send(
        self,
        transaction: Transaction,
        organisation: Organisation,
        customer: Customer,
        kind: Kind,
        facts: Mapping[str, str],
    ) -> None:
        served, locale = self._routes.served(organisation.mode), customer.locale
        for contact, channel in ways_to(customer.contacts, served):
            words = put_together(kind, channel, locale, facts)
            draft = Draft(
                channel=channel,
                provider=self._routes.ways(organisation.mode, channel)[0],
                address=_address(contact),
                template=TemplateName.CUSTOMER_NOTICE,
                locale=closest(locale, organisation.locale),
                facts={"subject": words.subject, "text": words.text},
                about=f"{ABOUT}{new_id()}",
                not_after=transaction.now() + GOOD_FOR,
            )
            await self._outbox.put(transaction, organisation.id, draft)

    def announce(self, organisation: Organisation) -> None:
        """Wake those who carry it; call it when what was written is durable."""
        for provider in self._routes.first(organisation.mode):
            self._outbox.announce(provider)


def _address(contact: Contact) -> Address:
    return Address(contact.address.reveal())
