"""What happens when somebody is to hear of a change: a mail goes out with the change itself."""

from datetime import datetime, timedelta

import structlog

from watchword.features.contacts.channels import Channel
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import Address, Draft
from watchword.features.delivery.service import Outbox
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.notices.words import Notice, NoticeWords, put_together
from watchword.features.staff.rules import Colleague
from watchword.features.templates.rules import TemplateName, closest
from watchword.foundation.ids import new_id
from watchword.foundation.storage import Transaction

GOOD_FOR = timedelta(days=2)
"""How long we try to bring it to somebody."""
ABOUT = "notice:"
"""How what a notice is about begins; what follows is an id of its own."""

log = structlog.get_logger()


class Notices:
    def __init__(self, *, contacts: Contacts, outbox: Outbox, routes: Routes, console: str) -> None:
        """`console`: where the world finds the console."""
        self._contacts = contacts
        self._outbox = outbox
        self._routes = routes
        self._console = console

    async def tell(
        self, transaction: Transaction, colleague: Colleague, notice: Notice, device: str
    ) -> None:
        """Tell somebody what happened to their account. `device`: where it was done, in words."""
        organisation, member = colleague.organisation, colleague.member
        facts = {
            "organisation": organisation.name,
            "device": device,
            "at": f"{transaction.now():%Y-%m-%d %H:%M} UTC",
            "link": f"{self._console}/account",
        }
        words, until = put_together(notice, member.locale, facts), transaction.now() + GOOD_FOR
        if not await self.send(transaction, colleague, words, f"{ABOUT}{new_id()}", until):
            log.warning("notice.not_sent", notice=notice, staff_id=str(member.id))

    async def send(
        self,
        transaction: Transaction,
        colleague: Colleague,
        words: NoticeWords,
        about: str,
        until: datetime,
    ) -> bool:
        """Mail somebody words that are put together already; say whether mail can be sent."""
        organisation, member = colleague.organisation, colleague.member
        ways = self._routes.ways(organisation.mode, Channel.EMAIL)
        if not ways:
            return False
        contact = await self._contacts.open(transaction, organisation.id, member.contact_id)
        draft = Draft(
            channel=Channel.EMAIL,
            provider=ways[0],
            address=Address(contact.address.reveal()),
            template=TemplateName.NOTICE,
            locale=closest(member.locale, organisation.locale),
            facts={"subject": words.subject, "text": words.text},
            about=about,
            not_after=until,
        )
        await self._outbox.put(transaction, organisation.id, draft)
        return True

    async def take_back(
        self, transaction: Transaction, organisation: Organisation, about: str
    ) -> None:
        """Send nothing more of what was about something."""
        await self._outbox.cancel(transaction, organisation.id, about)

    def can_mail(self, organisation: Organisation) -> bool:
        return bool(self._routes.ways(organisation.mode, Channel.EMAIL))

    def announce(self, organisation: Organisation) -> None:
        """Wake those who carry it; call it when what was written is durable."""
        for provider in self._routes.ways(organisation.mode, Channel.EMAIL)[:1]:
            self._outbox.announce(provider)
