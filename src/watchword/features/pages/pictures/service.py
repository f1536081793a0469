"""What happens to pictures of pages: they are looked at, drawn anew, kept, shown and dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.pages.blocks import PICTURES_AT_MOST, PictureId, pictures_of
from watchword.features.pages.content import CONTENT, SHOWN_CONTENT, Size, reread
from watchword.features.pages.editions.store import Edition, EditionStore
from watchword.features.pages.leaves import Editing
from watchword.features.pages.locks import Locksmith
from watchword.features.pages.pictures.ports import Darkroom
from watchword.features.pages.pictures.rules import (
    WIDTHS,
    NoPicture,
    Print,
    WhyNoPicture,
    are_sane,
    look_at,
)
from watchword.features.pages.pictures.store import PictureStore
from watchword.features.pages.rules import Page, PageId, PageRetired, PageState, why_not
from watchword.features.pages.store import PageStore, SealedPage
from watchword.features.pages.tickets import Ticket, TicketBox
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import Storage, Transaction

KEPT_AT_MOST = 2 * PICTURES_AT_MOST
"""Of one page: those that are shown, and those that somebody tries instead."""


@dataclass(frozen=True, slots=True)
class PictureAdded:
    word: ClassVar = "picture_added"

    id: PictureId


@dataclass(frozen=True, slots=True)
class PictureRemoved:
    word: ClassVar = "picture_removed"


@dataclass(frozen=True, slots=True)
class PictureInUse:
    """It stands in the page, as it is worked on or as others see it."""

    word: ClassVar = "picture_in_use"


@dataclass(frozen=True, slots=True)
class TooManyPictures:
    word: ClassVar = "too_many_pictures"

    at_most: int = KEPT_AT_MOST


class Pictures:
    def __init__(
        self, *, storage: Storage, locksmith: Locksmith, tickets: TicketBox, darkroom: Darkroom
    ) -> None:
        self._storage = storage
        self._locksmith = locksmith
        self._tickets = tickets
        self._darkroom = darkroom

    async def add(
        self, caller: Caller, page_id: PageId, content: bytes
    ) -> PictureAdded | NoPicture | TooManyPictures | PageRetired:
        """Take a picture in. What it was drawn from is not kept."""
        whose = caller.organisation.id
        seen = look_at(content)
        if isinstance(seen, NoPicture):
            return seen
        async with self._storage.reading(whose) as transaction:
            if refused := await _refused(transaction, whose, page_id):
                return refused
        prints = await self._darkroom.develop(content, seen, WIDTHS)
        if isinstance(prints, NoPicture):
            return prints
        if not are_sane(prints, seen):
            return NoPicture(WhyNoPicture.NOT_A_PICTURE)
        return await self._keep(caller, page_id, prints)

    async def _keep(
        self, caller: Caller, page_id: PageId, prints: Sequence[Print]
    ) -> PictureAdded | TooManyPictures | PageRetired:
        whose, id = caller.organisation.id, PictureId(new_id())
        async with self._storage.begin(whose) as transaction:
            sealed = await _held(transaction, whose, page_id)
            if refused := await _refused(transaction, whose, page_id):
                return refused
            key = self._locksmith.open(whose, page_id, sealed.locked_key)
            locked = [(each, key.seal_picture(each.content, id, each.width)) for each in prints]
            await PictureStore(transaction, whose).add(page_id, id, locked)
            await _note(transaction, caller, Action.PAGE_PICTURE_ADDED, page_id, id)
        return PictureAdded(id)

    async def remove(
        self, caller: Caller, page_id: PageId, id: PictureId
    ) -> PictureRemoved | PictureInUse:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            sealed = await _held(transaction, whose, page_id)
            store = PictureStore(transaction, whose)
            if id not in await store.of_page(page_id):
                raise NotFound("picture")
            editions = await EditionStore(transaction, whose).of_page(page_id)
            if id in self._used(whose, sealed, editions):
                return PictureInUse()
            await store.drop(page_id, [id])
            await _note(transaction, caller, Action.PAGE_PICTURE_REMOVED, page_id, id)
        return PictureRemoved()

    async def of_page(self, leave: Editing, page_id: PageId) -> Mapping[PictureId, Sequence[Size]]:
        """Give all pictures of a page for whoever works on it, the oldest first."""
        whose = leave.caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            found = await PictureStore(transaction, whose).of_page(page_id)
            now = transaction.now()
        return {
            id: [
                Size(
                    width=each.width,
                    height=each.height,
                    ticket=self._tickets.write(whose, Ticket(id, each.width, of_draft=True), now),
                )
                for each in sizes
            ]
            for id, sizes in found.items()
        }

    async def show(self, organisation_id: OrganisationId, written: str) -> bytes:
        """Give the picture that a ticket opens, as WebP. The ticket is the proof: it was written
        for somebody who had leave to see the page, a quarter of an hour ago at most. Nobody but
        those who see drafts gets the picture of a page that was taken down since."""
        async with self._storage.reading(organisation_id) as transaction:
            ticket = self._tickets.read(organisation_id, written, transaction.now())
            if ticket is None:
                raise NotFound("picture")
            store = PictureStore(transaction, organisation_id)
            sealed = await store.get(ticket.picture_id, ticket.width)
            if sealed is None:
                raise NotFound("picture")
            page = await PageStore(transaction, organisation_id).get(sealed.page_id)
            if page is None:
                raise NotFound("picture")
            if not ticket.of_draft and not await _is_seen(transaction, page, organisation_id):
                raise NotFound("picture")
        key = self._locksmith.open(organisation_id, sealed.page_id, sealed.locked_key)
        return key.unseal_picture(sealed.content, ticket.picture_id, ticket.width)

    def _used(
        self, whose: OrganisationId, sealed: SealedPage, editions: Sequence[Edition]
    ) -> set[PictureId]:
        """Give what stands in a page: what staff work on, what others see, and what somebody is
        led to still."""
        key = self._locksmith.open(whose, sealed.page.id, sealed.locked_key)
        contents = [key.unseal(sealed.content, CONTENT)]
        if sealed.shown_content is not None:
            contents.append(key.unseal(sealed.shown_content, SHOWN_CONTENT))
        contents += [key.unseal_edition(each.content, each.shown.version) for each in editions]
        return {
            id
            for content in contents
            for blocks in reread(content).values()
            for id in pictures_of(blocks)
        }


async def _is_seen(transaction: Transaction, page: Page, whose: OrganisationId) -> bool:
    """Say whether anybody sees a page now: as it is published, or an edition that they are led to.
    Of a page that was taken down, nobody sees anything."""
    now = transaction.now()
    if page.shown is None or why_not(page, now) is None:
        return page.shown is not None
    editions = await EditionStore(transaction, whose).of_page(page.id)
    return any(why_not(replace(page, shown=each.shown), now) is None for each in editions)


async def _refused(
    transaction: Transaction, whose: OrganisationId, page_id: PageId
) -> PageRetired | TooManyPictures | None:
    page = await PageStore(transaction, whose).get(page_id)
    if page is None:
        raise NotFound("page")
    if page.state is PageState.RETIRED:
        return PageRetired()
    kept = await PictureStore(transaction, whose).of_page(page_id)
    return TooManyPictures() if len(kept) >= KEPT_AT_MOST else None


async def _held(transaction: Transaction, whose: OrganisationId, page_id: PageId) -> SealedPage:
    sealed = await PageStore(transaction, whose).hold(page_id)
    if sealed is None:
        raise NotFound("page")
    return sealed


async def _note(
    transaction: Transaction, caller: Caller, action: Action, page_id: PageId, id: PictureId
) -> None:
    entry = Entry(
        action=action,
        actor=caller.actor,
        target=Noun.PAGE.of(page_id),
        details={"picture_id": str(id)},
    )
    await AuditStore(transaction, caller.organisation.id).add(entry)
