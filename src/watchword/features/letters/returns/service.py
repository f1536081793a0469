"""What happens when a letter comes back: its code is dead, and its address is marked.

Whoever holds the letter has the tag that stands on it, and that ends one code, and nothing else.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeAlias

import structlog

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.challenges.returns.service import Returns
from watchword.features.challenges.rules import ChallengeId
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.rules import News
from watchword.features.letters.ports import MarkBad
from watchword.features.letters.rules import Letter, LetterState, read_tag
from watchword.features.letters.service import RETURNS
from watchword.features.letters.store import LetterStore
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Storage, Transaction

POST = Noun.MACHINE.of("post")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The letter is back. `was_open`: its code could still have been typed until now."""

    word: ClassVar = "taken_back"

    contact: Contact
    was_open: bool


@dataclass(frozen=True, slots=True)
class BackAlready:
    """It came back before. Nothing has changed."""

    word: ClassVar = "back_already"

    contact: Contact
    at: datetime


@dataclass(frozen=True, slots=True)
class NoSuchLetter:
    """No letter of this organisation has this mark."""

    word: ClassVar = "no_such_letter"


TookBack: TypeAlias = TakenBack | BackAlready | NoSuchLetter


class ReturnedMail:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        contacts: Contacts,
        returns: Returns,
        mark_bad: MarkBad,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._contacts = contacts
        self._returns = returns
        self._mark_bad = mark_bad

    async def take_back(self, caller: Caller, typed: str) -> TookBack:
        """Take a letter back by what was scanned from it, or typed. Twice does no harm."""
        whose, tag = caller.organisation.id, read_tag(typed)
        if tag is None:
            return NoSuchLetter()
        async with self._storage.begin(whose) as transaction:
            keys = await self._organisations.keys(transaction, whose)
            store = LetterStore(transaction, whose)
            letter = await store.hold_returned(keys.blind(RETURNS, tag))
            if letter is None:
                return NoSuchLetter()
            contact = await self._contacts.seen(transaction, whose, letter.contact_id)
            if letter.returned_at is not None:
                return BackAlready(contact, letter.returned_at)
            was_open = await self._end(transaction, whose, letter, caller.actor)
        self._returns.announce(whose, letter.challenge_id)
        return TakenBack(contact, was_open)

    async def hear(self, news: News) -> None:
        """Take letters back of which a print service says that they came back."""
        if news.reason != "returned" or ":" in news.about:
            return
        whose = news.organisation_id
        async with self._storage.begin(whose) as transaction:
            letters = await LetterStore(transaction, whose).of_challenge(
                ChallengeId(Id(news.about))
            )
            back = [each for each in letters if each.state is not LetterState.RETURNED]
            for letter in back:
                await self._end(transaction, whose, letter, POST)
        for letter in back:
            self._returns.announce(whose, letter.challenge_id)

    async def _end(
        self, transaction: Transaction, whose: OrganisationId, letter: Letter, actor: str
    ) -> bool:
        was_open = await self._returns.end(transaction, whose, letter.challenge_id)
        await LetterStore(transaction, whose).take_back(letter.id)
        await self._mark_bad(transaction, whose, letter.contact_id)
        entry = Entry(action=Action.LETTER_RETURNED, actor=actor, target=str(letter.id))
        await AuditStore(transaction, whose).add(entry)
        log.info("letter.returned", letter_id=str(letter.id))
        return was_open
