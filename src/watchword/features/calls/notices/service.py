"""What happens when a PIN was set: its member is told, at all that leads to them."""

from datetime import timedelta

from watchword.features.calls.notices.rules import Way, ways_to_tell
from watchword.features.calls.notices.words import language_of, put_together
from watchword.features.contacts.channels import Channel
from watchword.features.cores.rules import CoreEvent, Member
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import Address, Draft
from watchword.features.delivery.service import Outbox
from watchword.features.organisations.rules import Organisation
from watchword.features.templates.rules import TemplateName, closest
from watchword.foundation.ids import new_id
from watchword.foundation.storage import Transaction

GOOD_FOR = timedelta(days=2)
"""How long we try to bring it to somebody."""


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
    ) -> int:
        """Tell a member, also where they have been reached for a short time only, and before; say
        at how many places."""
        served = self._routes.served(organisation.mode)
        locale, now = member.language or language, transaction.now()
        ways = ways_to_tell(member.facts, organisation.country, served, now)
        for way in ways:
            draft = Draft(
                channel=way.channel,
                provider=self._routes.ways(organisation.mode, way.channel)[0],
                address=Address(way.contact.address.reveal()),
                template=TemplateName.CUSTOMER_NOTICE,
                locale=_locale(way, locale, organisation),
                facts=put_together(event, way.channel, locale, organisation.name),
                about=f"notice:{new_id()}",
                not_after=now + GOOD_FOR,
            )
            await self._outbox.put(transaction, organisation.id, draft)
        return len(ways)

    def announce(self, organisation: Organisation) -> None:
        """Wake those who carry it; call it when what was written is durable."""
        for provider in self._routes.first(organisation.mode):
            self._outbox.announce(provider)


def _locale(way: Way, locale: str, organisation: Organisation) -> str:
    """Say in which language it is: a voice has to be of the one that the words are in."""
    if way.channel is Channel.VOICE:
        return language_of(locale)
    return closest(locale, organisation.locale)
