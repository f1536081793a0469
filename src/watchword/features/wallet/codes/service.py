"""What happens when a customer wants the code for the till on their own screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.cards.store import CardStore
from watchword.features.challenges.denials.service import Denials
from watchword.features.challenges.displays.rules import Displayed
from watchword.features.challenges.displays.service import Displays, Looked
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import ChallengeId
from watchword.features.challenges.store import ChallengeStore
from watchword.features.contacts.rules import ContactKind
from watchword.features.customers.rules import Customer, CustomerContact, target_of
from watchword.features.customers.service import Customers
from watchword.features.organisations.settings.redemption import Way, in_store
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.tills.rules import NoAccount, account_of
from watchword.features.wallet.notices.rules import CHANNELS
from watchword.features.wallet.sessions.rules import Visit
from watchword.foundation.errors import NotFound
from watchword.foundation.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """The organisation shows no codes in wallets."""


@dataclass(frozen=True, slots=True)
class NotProven:
    """No contact point is shown to be theirs, so there is none that a code could stand for."""


Seen: TypeAlias = Looked | SwitchedOff | NotProven | NoAccount


class WalletCodes:
    def __init__(
        self,
        *,
        storage: Storage,
        customers: Customers,
        settings: OrganisationSettings,
        displays: Displays,
        denials: Denials,
    ) -> None:
        self._storage = storage
        self._customers = customers
        self._settings = settings
        self._displays = displays
        self._denials = denials

    async def is_on(self, visit: Visit) -> bool:
        """Say whether pages offer to show a code. What is behind the button asks once more."""
        settings = await self._settings.of(visit.organisation.id)
        return Way.WALLET_CODE in in_store(settings.redemption)

    async def show(self, visit: Visit) -> Seen:
        """Show the code for the till. It is the one that was texted, if one was."""
        whose = visit.organisation.id
        async with self._storage.begin(whose) as transaction:
            settings = await self._settings.redemption_now(transaction, whose, None)
            if Way.WALLET_CODE not in in_store(settings):
                return SwitchedOff()
            # A till would take the code and then find nothing that it may spend.
            if await self._finds_nothing(transaction, visit):
                return NoAccount()
            customer = await self._customers.get(transaction, whose, visit.customer_id)
            reached = _reached(customer)
            if not reached:
                return NotProven()
            opening = Opening(
                purpose=Purpose.REDEMPTION,
                contact=reached[0].contact,
                channel=None,
                locale=customer.locale,
                besides=[each.contact_id for each in reached[1:]],
            )
            shown = await self._displays.show_code(transaction, visit, opening)
            if isinstance(shown, Displayed):
                await _note(transaction, visit)
        self._displays.announce(whose)
        return shown

    async def _finds_nothing(self, transaction: Transaction, visit: Visit) -> bool:
        """Say whether tills would find no account that pays, as they look for it themselves."""
        whose, id = visit.organisation.id, visit.customer_id
        cards = await CardStore(transaction, whose).of_customers([id])
        accounts = await self._customers.accounts(transaction, whose, id)
        return isinstance(account_of(cards, accounts, None), NoAccount)

    async def deny(self, visit: Visit, id: ChallengeId) -> bool:
        """End a code that its customer has not asked for; say whether it was theirs."""
        whose = visit.organisation.id
        async with self._storage.reading(whose) as transaction:
            try:
                challenge = await ChallengeStore(transaction, whose).find(id)
            except NotFound:
                return False
            customer = await self._customers.get(transaction, whose, visit.customer_id)
        is_theirs = customer.contact(challenge.contact_id) is not None
        if not is_theirs or challenge.purpose is not Purpose.REDEMPTION:
            return False
        await self._denials.deny_at(whose, id)
        return True


def _reached(customer: Customer) -> Sequence[CustomerContact]:
    """Give where codes for the till go: phones before e-mail addresses, what was proven alone."""
    proven = [each for each in customer.contacts if each.kind in CHANNELS and each.verified_at]
    return sorted(proven, key=lambda each: each.kind is ContactKind.EMAIL)


async def _note(transaction: Transaction, visit: Visit) -> None:
    entry = Entry(
        action=Action.WALLET_CODE_SHOWN, actor=visit.actor, target=target_of(visit.customer_id)
    )
    await AuditStore(transaction, visit.organisation.id).add(entry)
