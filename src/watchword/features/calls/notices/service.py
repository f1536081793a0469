"""What happens when a PIN was set: all whose it is are told, at all that leads to them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from watchword.features.calls.notices.rules import Occasion, Told, Way, ways_to_tell
from watchword.features.calls.notices.words import language_of, put_together
from watchword.features.contacts.channels import Channel
from watchword.features.cores.rules import Member
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import Address, Draft
from watchword.features.delivery.service import Outbox
from watchword.features.organisations.rules import Organisation
from watchword.features.templates.rules import TemplateName, closest
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
        occasion: Occasion,
        members: Sequence[Member],
    ) -> Told:
        """Tell all whose PIN it is, also where they have been reached for a short time only, and
        before. Where several are reached, it is told once."""
        served, now = self._routes.served(organisation.mode), transaction.now()
        told, is_partial = set[str](), False
        for member in members:
            locale = member.language or occasion.language
            ways = ways_to_tell(member.facts, organisation.country, served, now)
            is_partial = is_partial or not ways
            for way in ways:
                address = way.contact.canonical.reveal()
                if address not in told:
                    told.add(address)
                    draft = self._draft(organisation, occasion, way, locale, now + GOOD_FOR)
                    await self._outbox.put(transaction, organisation.id, draft)
        return Told(len(told), is_partial)

    def announce(self, organisation: Organisation) -> None:
        """Wake those who carry it; call it when what was written is durable."""
        for provider in self._routes.first(organisation.mode):
            self._outbox.announce(provider)

    def _draft(
        self,
        organisation: Organisation,
        occasion: Occasion,
        way: Way,
        locale: str,
        not_after: datetime,
    ) -> Draft:
        return Draft(
            channel=way.channel,
            provider=self._routes.ways(organisation.mode, way.channel)[0],
            address=Address(way.contact.address.reveal()),
            template=TemplateName.CUSTOMER_NOTICE,
            locale=_locale(way, locale, organisation),
            facts=put_together(occasion.event, way.channel, locale, organisation.name),
            about=occasion.about,
            not_after=not_after,
        )


def _locale(way: Way, locale: str, organisation: Organisation) -> str:
    """Say in which language it is: a voice has to be of the one that the words are in."""
    if way.channel is Channel.VOICE:
        return language_of(locale)
    return closest(locale, organisation.locale)
