"""What happens when an old card passes from hand to hand: with its account, or back again."""

from watchword.features.cards.rules import Card, given_back, united
from watchword.features.cards.service import Cards
from watchword.features.cards.store import CardStore
from watchword.features.clients.rules import Caller
from watchword.features.customers.accounts.rules import NewAccount
from watchword.features.customers.accounts.store import AccountStore
from watchword.features.customers.rules import CustomerId
from watchword.features.customers.service import Customers
from watchword.foundation.errors import NotFound
from watchword.foundation.storage import StorageConflict, Transaction

FOLDED = "joined"
"""Why a card ends that its customer got for want of the one that they had."""


class Handing:
    def __init__(self, *, customers: Customers, cards: Cards) -> None:
        self._customers = customers
        self._cards = cards

    async def hand_over(
        self, transaction: Transaction, caller: Caller, card: Card, to: CustomerId
    ) -> Card:
        """Let a card become somebody's, who holds its account from then on, too."""
        if card.customer_id == to:
            return card
        if card.linked_from is not None:
            card = await self._back(transaction, caller, card)
        linked = await self._cards.link(transaction, caller, card.id, to)
        whose, accounts = caller.organisation.id, AccountStore(transaction, caller.organisation.id)
        before = await self._customers.accounts(transaction, whose, card.customer_id)
        for account in before:
            if account.id == card.account_id:
                await accounts.add_holder(account, to)
        return linked

    async def give_back(self, transaction: Transaction, caller: Caller, card: Card) -> Card:
        """Let a card be whose it was before, and give who had registered with it a new one."""
        registrant = card.customer_id
        await self._back(transaction, caller, card)
        return await self.new_card(transaction, caller, registrant)

    async def fold(self, transaction: Transaction, caller: Caller, card: Card, into: Card) -> None:
        """Let a card end in favour of another, which has what was collected with it."""
        whose = caller.organisation.id
        ended = await self._cards.end(transaction, caller, card.id, reason=FOLDED)
        if await self._customers.unite_accounts(
            transaction, caller, into.account_id, card.account_id
        ):
            moved = united(ended, into.account_id, transaction.now())
            await CardStore(transaction, whose).save(moved)

    async def new_card(self, transaction: Transaction, caller: Caller, of: CustomerId) -> Card:
        """Give somebody a card with an account of its own, which nobody else holds."""
        account = await self._customers.open_account(
            transaction, caller.organisation.id, of, NewAccount()
        )
        made = await self._cards.add(transaction, caller, of, account_id=account.id)
        if not isinstance(made, Card):
            raise StorageConflict("A card could not be made, and none was asked for by number.")
        return made

    async def _back(self, transaction: Transaction, caller: Caller, card: Card) -> Card:
        if card.linked_from is None:
            return card
        whose, owner = caller.organisation.id, card.linked_from
        # Nothing but this card's account is what they have by it.
        await AccountStore(transaction, whose).drop_held(card.account_id, card.customer_id)
        try:
            await self._customers.get(transaction, whose, owner)
        except NotFound:
            # They were forgotten meanwhile: it is nobody's any more.
            return await self._cards.end(transaction, caller, card.id)
        returned = await self._cards.link(transaction, caller, card.id, owner)
        free = given_back(returned, transaction.now())
        await CardStore(transaction, whose).save(free)
        return free
