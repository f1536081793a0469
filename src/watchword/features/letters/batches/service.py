"""What happens to batches: collected, released by two, drawn, handed over, and then forgotten."""

from collections.abc import AsyncIterator, Sequence

import structlog

from watchword.features.approvals.rules import Kind
from watchword.features.approvals.service import Approvals
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller, Operator
from watchword.features.contacts.post import Place as Address
from watchword.features.contacts.post import place_of
from watchword.features.letters.batches.parcel import Parcel
from watchword.features.letters.batches.rules import (
    LETTERS_AT_MOST,
    Batch,
    BatchState,
    NeedsSecondPerson,
    NothingWaits,
    NotNow,
    Released,
    dissolved,
    drawn,
    handed_over,
    released,
)
from watchword.features.letters.batches.store import BatchLanes, BatchStore
from watchword.features.letters.ports import Printer
from watchword.features.letters.rules import BatchId, Letter, LetterState
from watchword.features.letters.service import Letters
from watchword.features.letters.sheet import Sheet
from watchword.features.letters.store import LetterStore
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.foundation.bells import Bells
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.sealing import Place, Sealer
from watchword.foundation.storage import Storage, Transaction

AT_ONCE = 50
PRESS = "letters/press"
"""The bell that is rung when a batch is to be drawn."""

log = structlog.get_logger()


class Batches:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        letters: Letters,
        approvals: Approvals,
        printer: Printer,
        sealer: Sealer,
        bells: Bells,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._letters = letters
        self._approvals = approvals
        self._printer = printer
        self._sealer = sealer
        self._bells = bells

    async def collect(self, caller: Caller) -> Batch | NothingWaits:
        """Make a batch of what waits, at most 10,000 letters. What is over by now is dropped."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            letters, id = LetterStore(transaction, whose), BatchId(new_id())
            await letters.drop_dead()
            count = await letters.collect(id, LETTERS_AT_MOST)
            if not count:
                return NothingWaits()
            batch = Batch(
                id=id,
                state=BatchState.COLLECTED,
                letters=count,
                made_by=caller.actor,
                created_at=transaction.now(),
            )
            await BatchStore(transaction, whose).add(batch)
            await _note(transaction, caller, Action.LETTERS_COLLECTED, batch)
        log.info("letters.collected", batch_id=str(id), letters=count)
        return batch

    async def release(self, caller: Caller, id: BatchId) -> Released:
        """Let a batch be drawn; where the organisation wants two for that, with a permit."""
        whose = caller.organisation.id
        # Whoever runs the machine can read the keyring anyway, and answers for it.
        is_alone = isinstance(caller, Operator) or not (
            await self._approvals.needs_second_person(whose, Kind.LETTERS)
        )
        async with self._storage.begin(whose) as transaction:
            batch = await self._held(transaction, whose, id)
            after = released(batch, caller.actor, transaction.now())
            if isinstance(after, NotNow):
                return after
            if not is_alone and not await self._approvals.take(
                transaction, whose, Kind.LETTERS, batch.subject, actor=caller.actor
            ):
                return NeedsSecondPerson(batch)
            await BatchStore(transaction, whose).save(after)
            await _note(transaction, caller, Action.LETTERS_RELEASED, after)
        self._bells.ring(PRESS)
        return after

    async def dissolve(self, caller: Caller, id: BatchId) -> Batch | NotNow:
        """Let the letters of a batch wait again."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            after = dissolved(await self._held(transaction, whose, id))
            if isinstance(after, NotNow):
                return after
            await LetterStore(transaction, whose).give_back(id)
            await BatchStore(transaction, whose).save(after)
            await _note(transaction, caller, Action.LETTERS_DISSOLVED, after)
        return after

    async def draw_some(self) -> int:
        """Draw some letters of the batch that has waited longest, and count them."""
        async with self._storage.reading(EVERYWHERE) as transaction:
            waiting = await BatchLanes(transaction).to_render(1)
        return sum([await self._draw_some_of(*place) for place in waiting])

    async def _draw_some_of(self, whose: OrganisationId, id: BatchId) -> int:
        async with self._storage.reading(whose) as transaction:
            batch = await self._found(transaction, whose, id)
            organisation = await self._organisations.read(transaction, whose)
            letters = await LetterStore(transaction, whose).of_batch(id, batch.rendered, AT_ONCE)
        sheets = self._sheets(letters, organisation)
        files = await self._printer.draw([sheet for _, sheet in sheets])
        sealed = {
            number: self._sealer.seal(content, _shelf(whose, id, number))
            for (number, _), content in zip(sheets, files, strict=True)
        }
        last = letters[-1].number if len(letters) == AT_ONCE else None
        up_to = batch.letters if last is None else last
        async with self._storage.begin(whose) as transaction:
            store = BatchStore(transaction, whose)
            held = await self._held(transaction, whose, id)
            if (held.state, held.rendered) != (BatchState.RENDERING, batch.rendered):
                return 0  # Somebody else has drawn them meanwhile.
            await store.add_pages(id, sealed)
            after = drawn(held, up_to)
            await store.save(after)
        if after.state is BatchState.READY:
            log.info("letters.drawn", batch_id=str(id), letters=after.letters)
        return len(letters) or 1

    def _sheets(
        self, letters: Sequence[Letter], organisation: Organisation
    ) -> Sequence[tuple[int, Sheet]]:
        found = [
            (letter.number or 0, self._letters.open(letter, organisation))
            for letter in letters
            if letter.state is LetterState.BATCHED
        ]
        return [(number, sheet) for number, sheet in found if sheet is not None]

    async def take_out(self, caller: Caller, id: BatchId) -> AsyncIterator[bytes] | NotNow:
        """Give a batch as a ZIP, piece by piece, and write down who took it.

        Codes that have ended since they were drawn do not go along.
        """
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            batch = await self._held(transaction, whose, id)
            if batch.state is not BatchState.READY:
                return NotNow(batch.state)
            await LetterStore(transaction, whose).drop_dead(id)
            await _note(transaction, caller, Action.LETTERS_TAKEN_OUT, batch)
        return self._parcel(whose, batch)

    async def _parcel(self, whose: OrganisationId, batch: Batch) -> AsyncIterator[bytes]:
        parcel, after = Parcel(batch.created_at), 0
        while True:
            async with self._storage.reading(whose) as transaction:
                letters = await LetterStore(transaction, whose).of_batch(batch.id, after, AT_ONCE)
                pages = await BatchStore(transaction, whose).pages(batch.id, after, AT_ONCE)
            for letter in letters:
                after = letter.number or after
                sealed = pages.get(after)
                is_wanted = letter.state is LetterState.BATCHED and letter.sealed is not None
                if is_wanted and sealed is not None:
                    content = self._sealer.open(sealed, _shelf(whose, batch.id, after))
                    yield parcel.add(after, letter.id, self._address(whose, letter), content)
            if len(letters) < AT_ONCE:
                break
        yield parcel.close()

    def _address(self, whose: OrganisationId, letter: Letter) -> Address | None:
        return place_of(self._letters.address(letter, whose))

    async def confirm(self, caller: Caller, id: BatchId) -> Batch | NotNow:
        """Let a batch be out of our hands: from here on nothing of it is kept."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            after = handed_over(await self._held(transaction, whose, id), transaction.now())
            if isinstance(after, NotNow):
                return after
            store = BatchStore(transaction, whose)
            count = await LetterStore(transaction, whose).hand_over(id)
            await store.purge(id)
            await store.save(after)
            await _note(transaction, caller, Action.LETTERS_HANDED_OVER, after, handed=count)
        log.info("letters.handed_over", batch_id=str(id), letters=count)
        return after

    async def find(self, whose: OrganisationId, id: BatchId) -> Batch:
        async with self._storage.reading(whose) as transaction:
            return await self._found(transaction, whose, id)

    async def page(
        self, whose: OrganisationId, *, most: int, after: Bookmark | None = None
    ) -> Page[Batch]:
        """Give batches, the newest first."""
        async with self._storage.reading(whose) as transaction:
            found = await BatchStore(transaction, whose).page(after, most + 1)
        return page_of(found, most, lambda last: Bookmark(last.created_at, last.id))

    async def _found(self, transaction: Transaction, whose: OrganisationId, id: BatchId) -> Batch:
        batch = await BatchStore(transaction, whose).find(id)
        if batch is None:
            raise NotFound("batch of letters")
        return batch

    async def _held(self, transaction: Transaction, whose: OrganisationId, id: BatchId) -> Batch:
        batch = await BatchStore(transaction, whose).hold(id)
        if batch is None:
            raise NotFound("batch of letters")
        return batch


async def _note(
    transaction: Transaction, caller: Caller, action: Action, batch: Batch, **more: int
) -> None:
    entry = Entry(
        action=action,
        actor=caller.actor,
        target=str(batch.id),
        details={"letters": batch.letters, **more},
    )
    await AuditStore(transaction, caller.organisation.id).add(entry)


def _shelf(organisation_id: OrganisationId, id: BatchId, number: int) -> Place:
    return Place(organisation_id, "letter_pages", "sealed_pdf", f"{id}:{number}")
