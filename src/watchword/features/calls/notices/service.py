"""What happens when a PIN was set: whoever can be reached at any address on file is told."""

from collections.abc import Iterator
from datetime import timedelta

from watchword.features.calls.notices.words import put_together
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, PhoneLine, read_email, read_phone
from watchword.features.cores.rules import CoreEvent, Facts, Member
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import Address, Draft
from watchword.features.delivery.service import Outbox
from watchword.features.organisations.rules import Organisation
from watchword.features.templates.rules import TemplateName, closest
from watchword.foundation.ids import new_id
from watchword.foundation.storage import Transaction

GOOD_FOR = timedelta(days=2)
"""How long we try to bring it to somebody."""
TOLD_AT_MOST = 6
"""Addresses. A core may have kept all that there ever were."""


class Notices:
    def __init__(self, *, outbox: Outbox, routes: Routes) -> None:
        self._outbox = outbox
        self._routes = routes

    async def tell(
        self,
        transaction: Transaction,
        organisation: Organisation,
        member: Member,
        event: CoreEvent,
        language: str,
    ) -> None:
        """Tell a member, also where they have been reached for a short time only, and before."""
        served = self._routes.served(organisation.mode)
        locale = member.language or language
        ways = list(_ways(member.facts, organisation.country))[:TOLD_AT_MOST]
        for channel, contact in ways:
            if channel not in served:
                continue
            draft = Draft(
                channel=channel,
                provider=self._routes.ways(organisation.mode, channel)[0],
                address=Address(contact.address.reveal()),
                template=TemplateName.CUSTOMER_NOTICE,
                locale=closest(locale, organisation.locale),
                facts=put_together(event, channel, locale, organisation.name),
                about=f"notice:{new_id()}",
                not_after=transaction.now() + GOOD_FOR,
            )
            await self._outbox.put(transaction, organisation.id, draft)

    def announce(self, organisation: Organisation) -> None:
        """Wake those who carry it; call it when what was written is durable."""
        for provider in self._routes.first(organisation.mode):
            self._outbox.announce(provider)


def _ways(facts: Facts, country: str) -> Iterator[tuple[Channel, Contact]]:
    for email in facts.emails:
        read = read_email(email.value.reveal())
        if isinstance(read, Contact):
            yield Channel.EMAIL, read
    for phone in facts.phones:
        read = read_phone(phone.value.reveal(), country)
        if isinstance(read, Contact) and read.line is not PhoneLine.LANDLINE:
            yield Channel.SMS, read
