"""How a letter comes to be: taken in with its address as it is, and put together to be drawn."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from babel import Locale

from watchword.features.challenges.rules import Challenge, ChallengeId, Status, status_at
from watchword.features.challenges.store import ChallengeStore
from watchword.features.contacts.post import Place, place_of
from watchword.features.delivery.rules import Message
from watchword.features.letters.envelope import FORM_B, Addressed, DoesNotFit, Zone, addressed
from watchword.features.letters.ports import Form, Printer
from watchword.features.letters.rules import (
    TAG_LENGTH,
    Content,
    Lapsed,
    Letter,
    LetterId,
    LetterState,
    tag_from,
)
from watchword.features.letters.sheet import Look, Sheet, written
from watchword.features.letters.store import LetterStore, LetterSweep
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, Id, OrganisationId, new_id
from watchword.foundation.sealing import Place as Shelf
from watchword.foundation.sealing import Sealer
from watchword.foundation.secret import reveal_if_any
from watchword.foundation.storage import Storage, Transaction

TAGS, RETURNS = "letters/tag", "letters/return"
"""Of what the tag of a letter is made, and by what it is found: two blind indexes."""
SAMPLE, SMALL = "2" * TAG_LENGTH, 8.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How much waits to be collected, since when, and how much came back."""

    waiting: int
    oldest: datetime | None
    returned: int


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A letter, and what is to be drawn."""

    letter: Letter
    sheet: Sheet


class Letters:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        sealer: Sealer,
        printer: Printer,
        entry_page: Callable[[Organisation], str],
        look: Look,
    ) -> None:
        """`entry_page` gives the address at which customers go on, where a letter names no own."""
        self._storage = storage
        self._organisations = organisations
        self._sealer = sealer
        self._printer = printer
        self._entry_page = entry_page
        self._look = look

    def fits(
        self, address: str, organisation: Organisation, zone: Zone = FORM_B
    ) -> Addressed | DoesNotFit:
        """Say whether an address, as it was read, can stand in the window of an envelope."""
        place = place_of(address)
        if place is None:
            return DoesNotFit("This is no postal address.")
        return self._addressed(place, organisation, zone)

    def why_not(self, address: str, organisation: Organisation, zone: Zone = FORM_B) -> str | None:
        fit = self.fits(address, organisation, zone)
        return fit.because if isinstance(fit, DoesNotFit) else None

    def _addressed(
        self, place: Place, organisation: Organisation, zone: Zone
    ) -> Addressed | DoesNotFit:
        abroad = place.country != organisation.country
        # The post of the sender's country reads it first: its name is in that language, or English.
        name = Locale("en").territories.get(place.country) if abroad else None
        return addressed(place, name, self._printer.face, zone)

    async def take_in(
        self, message: Message, *, is_for_us: bool, zone: Zone = FORM_B
    ) -> Enclosed | DoesNotFit | Lapsed:
        """Keep a letter, once however often it comes; its address is frozen from here on.

        What is not for us to print, others print at once: we keep what it is known by alone.
        """
        whose = message.organisation_id
        async with self._storage.begin(whose) as transaction:
            organisation = await self._organisations.read(transaction, whose)
            fit = self.fits(message.address, organisation, zone)
            if isinstance(fit, DoesNotFit):
                return fit
            challenge = await self._challenge_of(transaction, message)
            if challenge is None:
                return Lapsed()
            keys = await self._organisations.keys(transaction, whose)
            tag = tag_from(keys.blind(TAGS, str(message.id)))
            content, known_by = _content(message, tag), keys.blind(RETURNS, tag)
            letter = self._letter(message, challenge, content, known_by, transaction.now())
            store = LetterStore(transaction, whose)
            if not is_for_us:
                letter = replace(
                    letter,
                    sealed=None,
                    state=LetterState.HANDED_OVER,
                    handed_over_at=letter.created_at,
                )
            if not await store.add(letter):
                letter = await store.of_message(message.id) or letter
        return Enclosed(letter, self._sheet(letter, content, fit, organisation))

    async def _challenge_of(self, transaction: Transaction, message: Message) -> Challenge | None:
        """Give the challenge whose code a message carries, unless it is over."""
        try:
            store = ChallengeStore(transaction, message.organisation_id)
            challenge = await store.find(ChallengeId(Id(message.about)))
        except (NotFound, ValueError):
            return None
        is_open = status_at(challenge, transaction.now()) is Status.PENDING
        return challenge if is_open else None

    def _letter(
        self,
        message: Message,
        challenge: Challenge,
        content: Content,
        known_by: bytes,
        now: datetime,
    ) -> Letter:
        id = LetterId(new_id())
        shelf = _shelf(message.organisation_id, id)
        return Letter(
            id=id,
            message_id=message.id,
            challenge_id=challenge.id,
            contact_id=challenge.contact_id,
            state=LetterState.WAITING,
            sealed=self._sealer.seal(msgspec.msgpack.encode(content), shelf),
            return_tag=known_by,
            created_at=now,
            not_after=message.not_after,
        )

    async def draw(self, sheet: Sheet, form: Form = "pdf") -> bytes:
        [drawn] = await self._printer.draw([sheet], form)
        return drawn

    def open(self, letter: Letter, organisation: Organisation) -> Sheet | None:
        """Put together what is to be drawn of a letter that was kept; nothing, if it is over."""
        if letter.sealed is None:
            return None
        shelf = _shelf(organisation.id, letter.id)
        content = msgspec.msgpack.decode(self._sealer.open(letter.sealed, shelf), type=Content)
        fit = self.fits(content.address, organisation)
        if isinstance(fit, DoesNotFit):  # another type may be in use by now
            return None
        return self._sheet(letter, content, fit, organisation)

    def address(self, letter: Letter, whose: OrganisationId) -> str:
        """Give where a letter goes, as it was when it was issued."""
        if letter.sealed is None:
            return ""
        opened = self._sealer.open(letter.sealed, _shelf(whose, letter.id))
        return msgspec.msgpack.decode(opened, type=Content).address

    def sample(self, message: Message, organisation: Organisation, tag: str = SAMPLE) -> Sheet:
        """Put a letter together that nobody keeps, for somebody to look at."""
        fit = self.fits(message.address, organisation)
        if isinstance(fit, DoesNotFit):
            fit = Addressed((fit.because,), SMALL)
        content = _content(message, tag)
        return self._put(content, fit, organisation, self._storage.now(), message.not_after)

    def _sheet(
        self, letter: Letter, content: Content, fit: Addressed, organisation: Organisation
    ) -> Sheet:
        return self._put(content, fit, organisation, letter.created_at, letter.not_after)

    def _put(
        self,
        content: Content,
        fit: Addressed,
        organisation: Organisation,
        issued: datetime,
        not_after: datetime,
    ) -> Sheet:
        return written(
            content,
            fit,
            organisation=organisation.name,
            page=content.entry or self._entry_page(organisation),
            issued=issued,
            not_after=not_after,
            look=self._look,
        )

    async def standing(self, whose: OrganisationId) -> Standing:
        """Say how much waits, and how much came back."""
        async with self._storage.reading(whose) as transaction:
            store = LetterStore(transaction, whose)
            waiting, oldest = await store.count_waiting()
            return Standing(waiting, oldest, await store.count_returned())

    async def forget(self, most: int) -> int:
        """Destroy what was to be printed, in all organisations, of codes that ran out of time."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await LetterSweep(transaction).drop(most)


def _content(message: Message, tag: str) -> Content:
    return Content(
        address=message.address,
        subject=reveal_if_any(message.subject),
        text=message.text.reveal(),
        code=reveal_if_any(message.code),
        locale=message.locale,
        tag=tag,
        entry=message.entry,
    )


def _shelf(organisation_id: OrganisationId, id: LetterId) -> Shelf:
    return Shelf(organisation_id, "letters", "sealed_content", str(id))
