"""What happens when a customer opens their wallet: who they are and what they hold is read."""

from dataclasses import replace

from watchword.features.cards.desk import number_place
from watchword.features.cards.rules import AT_WORK, CardId, CardState
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.profiles import place_of, read_back
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.rewards.rules import is_offered
from watchword.features.rewards.store import RewardStore
from watchword.features.statements.service import Statements
from watchword.features.wallet.rules import (
    HeldCard,
    Movement,
    Purse,
    in_order,
    may_spend,
    movements,
    within_reach,
)
from watchword.features.wallet.sessions.rules import Visit
from watchword.features.wallet.sessions.service import Sessions
from watchword.features.wallet.store import PurseStore
from watchword.foundation.ids import Id
from watchword.foundation.pages import Bookmark, Page
from watchword.foundation.sealing import Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Row, Storage, Transaction

AT_ONCE = 25


class Wallet:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        sessions: Sessions,
        settings: OrganisationSettings,
        statements: Statements,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._sessions = sessions
        self._settings = settings
        self._statements = statements

    async def open(
        self, organisation: Organisation, secret: Secret, locale: str
    ) -> tuple[Visit, Purse] | None:
        """Give who is signed in and what they hold; nothing, if nobody is. Three statements."""
        async with self._storage.reading(organisation.id) as transaction:
            found = await self._sessions.look(transaction, organisation, secret)
            if found is None:
                return None
            visit, row = found
            sealer = await self._sealer(transaction, organisation, row)
            rows = await PurseStore(transaction, organisation.id).cards(visit.customer_id)
            rewards = await RewardStore(transaction, organisation.id).active()
            now = transaction.now()
        profile = read_back(
            sealer.open(row["sealed_profile"], place_of(organisation.id, visit.customer_id))
        )
        hides = await self.hides_points(organisation)
        every = [_held(organisation, sealer, each, hides=hides) for each in rows]
        cards = tuple(each for each in every if each.state in AT_WORK)
        await self._sessions.see(visit)
        purse = Purse(
            profile=profile,
            locale=visit.locale,
            cards=in_order(cards),
            may_spend=may_spend(every),
        )
        if purse.card is None or purse.card.points is None:
            return visit, purse
        offered = (each for each in rewards if is_offered(each, now))
        return visit, replace(purse, rewards=within_reach(offered, purse.card.points, locale))

    async def hides_points(self, organisation: Organisation) -> bool:
        """Say whether the organisation shows no points, as some markets want it."""
        redemption = (await self._settings.of(organisation.id)).redemption
        return redemption.hide_points

    async def history(
        self, visit: Visit, purse: Purse, locale: str, after: Bookmark | None = None
    ) -> Page[Movement]:
        """Give how points came and went on the account of the best card, the newest first, in a
        language."""
        card = purse.card
        if card is None or card.points is None:
            return Page((), None)
        page = await self._statements.page(visit.organisation.id, card.account_id, after, AT_ONCE)
        return Page(movements(page.items, locale), page.after)

    async def _sealer(
        self, transaction: Transaction, organisation: Organisation, row: Row
    ) -> Sealer:
        keys = await self._organisations.keys(transaction, organisation.id)
        if row["data_version"] not in keys.data:
            keys = await self._organisations.reload_keys(transaction, organisation.id)
        return Sealer({1: keys.unwrap_person(row["data_version"], row["wrapped"])})


def _held(organisation: Organisation, sealer: Sealer, row: Row, *, hides: bool) -> HeldCard:
    id, state = CardId(Id(row["id"])), CardState(row["state"])
    is_frozen = row["frozen_at"] is not None
    is_theirs = state is CardState.VERIFIED or row["linked_from"] is None
    is_shown = is_theirs and not is_frozen and not hides
    number = sealer.open(row["sealed_number"], number_place(organisation.id, id)).decode()
    return HeldCard(
        id=id,
        account_id=AccountId(Id(row["account_id"])),
        number=Secret(number),
        last_four=row["last_four"],
        state=state,
        is_frozen=is_frozen,
        points=row["points"] if is_shown else None,
        bonus=row["bonus"] if is_shown else None,
        currency=row["currency"],
    )
