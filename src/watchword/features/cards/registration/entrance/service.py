"""What happens at the address that stands in a message: somebody comes in with their code.

The address is a handle: it leads to the page, and proves nothing. Programs open it, and some even
press its button; without the code that stands in the message nothing comes of that.
"""

from dataclasses import dataclass

from watchword.features.audit.rules import Noun
from watchword.features.cards.attempts.service import Attempts, Ended
from watchword.features.cards.on_file import is_linked
from watchword.features.cards.registration.apart.service import Apart
from watchword.features.cards.registration.reunion.service import Reunion
from watchword.features.cards.registration.rules import Registrant, may_go_on
from watchword.features.cards.rules import Card, CardId, CardState
from watchword.features.cards.service import Cards
from watchword.features.challenges.codes import denial_tag
from watchword.features.challenges.rules import ChallengeId
from watchword.features.challenges.store import ChallengeStore, ChallengeSweep
from watchword.features.challenges.verdicts import Over
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, Id
from watchword.foundation.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an address leads to. `is_open`: whether its code can still be typed."""

    organisation: Organisation
    card: Card
    challenge_id: ChallengeId
    to: Contact
    locale: str
    is_open: bool

    @property
    def is_verified(self) -> bool:
        return self.card.state is CardState.VERIFIED


class Entrance:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        contacts: Contacts,
        cards: Cards,
        attempts: Attempts,
        apart: Apart,
        reunion: Reunion,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._contacts = contacts
        self._cards = cards
        self._attempts = attempts
        self._apart = apart
        self._reunion = reunion

    async def look(self, token: str) -> Entry | None:
        """Say where an address leads; nothing, if it leads nowhere. Nothing is changed."""
        async with self._storage.reading(EVERYWHERE) as transaction:
            place = await ChallengeSweep(transaction).by_denial_tag(denial_tag(token))
        if place is None:
            return None
        organisation_id, id = place
        async with self._storage.reading(organisation_id) as transaction:
            challenge = await ChallengeStore(transaction, organisation_id).find(id)
            reference = challenge.reference or ""
            if not reference.startswith(Noun.CARD.prefix):
                return None
            try:
                card_id = CardId(Id(reference.removeprefix(Noun.CARD.prefix)))
                card = await self._cards.get(transaction, organisation_id, card_id)
            except (ValueError, NotFound):
                return None
            organisation = await self._organisations.read(transaction, organisation_id)
            to = await self._contacts.seen(transaction, organisation_id, challenge.contact_id)
        caller = Registrant(organisation, card.customer_id)
        attempt = await self._attempts.current(caller, card.id)
        return Entry(
            organisation=organisation,
            card=card,
            challenge_id=id,
            to=to,
            locale=challenge.locale,
            is_open=attempt is not None and attempt.challenge_id == id,
        )

    async def answer(self, entry: Entry, typed: str) -> Ended:
        """Try a code, as somebody typed it."""
        if not entry.is_verified and not entry.is_open:
            return Over()
        if is_linked(entry.card) and not may_go_on(entry.card):
            return await self._apart.answer(entry.organisation, entry.card, typed)
        return await self._reunion.answer(entry.organisation, entry.card, typed)
