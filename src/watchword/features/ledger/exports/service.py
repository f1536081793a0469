"""What happens when the ledger is taken out of the house: it is written down, sealed, and told.

An export is handed out page by page, so it takes no more memory than one page, and no transaction
stays open while somebody reads slowly.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from enum import StrEnum

import msgspec

from watchword.features.approvals.rules import Kind
from watchword.features.approvals.service import Approvals
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller, Operator
from watchword.features.ledger.checkpoints import origin_of, write_key
from watchword.features.ledger.lines import checkpoint_line, entry_line, head_line
from watchword.features.ledger.rules import (
    LedgerEntry,
    SealState,
    Wanted,
    seal_state,
    spell_moment,
    written,
)
from watchword.features.ledger.sealing.service import Sealing
from watchword.features.ledger.service import Ledger
from watchword.features.ledger.spreadsheets import BEGIN, row
from watchword.features.ledger.store import LedgerStore
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.foundation.framing import framed
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage

AT_ONCE = 1000
EVERYTHING = Wanted()
DIGEST_SHOWN = 32  # letters
HEADINGS = ("at", "action", "actor", "target", "details", "id", "position", "state")


class ExportForm(StrEnum):
    """In which form an export is written."""

    JSONL = "jsonl"
    """To be verified: all that is sealed, with what proves it."""
    CSV = "csv"
    """To be read, and safe to open in a spreadsheet."""
    JSON = "json"
    """To be read by programs."""


def subject_of(form: ExportForm, wanted: Wanted) -> str:
    """Say what a second person agrees to: these entries, in this form, and no others.

    What was typed may name somebody, and this is written into the ledger: it becomes a digest.
    """
    subject = f"ledger:{form}"
    if form is ExportForm.JSONL:  # it is always the whole
        return subject
    if wanted.action in {*Action}:
        subject += f" action={wanted.action}"
    for name, moment in (("since", wanted.since), ("until", wanted.until)):
        subject += f" {name}={spell_moment(moment)}" if moment else ""
    typed = (wanted.action, wanted.actor, wanted.target, wanted.word)
    if replace(wanted, since=None, until=None) == EVERYTHING:
        return subject
    said = framed("watchword/ledger-export/1", *(f"={each}" if each else "" for each in typed))
    return f"{subject} only={hashlib.sha256(said).hexdigest()[:DIGEST_SHOWN]}"


class Exports:
    def __init__(
        self, *, storage: Storage, ledger: Ledger, sealing: Sealing, approvals: Approvals
    ) -> None:
        self._storage = storage
        self._ledger = ledger
        self._sealing = sealing
        self._approvals = approvals

    async def begin(
        self, caller: Caller, form: ExportForm, wanted: Wanted = EVERYTHING
    ) -> AsyncIterator[bytes] | NeedsSecondPerson:
        """Write down who takes the ledger out, and give it piece by piece.

        What is verified is always the whole of it, and ends with this very export.
        """
        whose = caller.organisation.id
        subject = subject_of(form, wanted)
        if not await self._note(caller, form, subject):
            return NeedsSecondPerson(subject)
        await self._sealing.seal_all(whose)
        size = (await self._ledger.standing(whose)).signed_size
        match form:
            case ExportForm.JSONL:
                return self._lines(whose, size)
            case ExportForm.CSV:
                return self._table(whose, wanted, size)
            case ExportForm.JSON:
                return self._array(whose, wanted, size)

    async def _note(self, caller: Caller, form: ExportForm, subject: str) -> bool:
        """Write it into the ledger first, so that nobody gets it without a trace."""
        whose, kind = caller.organisation.id, Kind.LEDGER_EXPORT
        # Whoever runs the machine can read the database anyway, and answers for it.
        is_alone = isinstance(caller, Operator) or not (
            await self._approvals.needs_second_person(whose, kind)
        )
        async with self._storage.begin(whose) as transaction:
            if not is_alone and not await self._approvals.take(
                transaction, whose, kind, subject, actor=caller.actor
            ):
                return False
            entry = Entry(
                action=Action.LEDGER_EXPORTED,
                actor=caller.actor,
                target=str(whose),
                details={"form": form},
            )
            await AuditStore(transaction, whose).add(entry)
        return True

    async def _lines(self, whose: OrganisationId, size: int) -> AsyncIterator[bytes]:
        origin = origin_of(whose)
        keys = [write_key(origin, key.public) for key in await self._ledger.keys()]
        async with self._storage.reading(whose) as transaction:
            checkpoints = await LedgerStore(transaction, whose).count_checkpoints(size)
        yield head_line(origin, size, checkpoints, keys)
        previous = b""
        for start in range(0, size, AT_ONCE):
            end = min(start + AT_ONCE, size)
            async with self._storage.reading(whose) as transaction:
                store = LedgerStore(transaction, whose)
                entries = await store.sealed(start, end)
                notes = {
                    each.size: each.note
                    for each in await store.checkpoints(start, AT_ONCE)
                    if each.size <= end
                }
            piece = bytearray()
            for position, entry in enumerate(entries, start):
                leaf = entry.leaf or b""
                piece += entry_line(written(entry, position, previous), leaf)
                previous = leaf
                if note := notes.get(position + 1):
                    piece += checkpoint_line(note)
            yield bytes(piece)

    async def _table(
        self, whose: OrganisationId, wanted: Wanted, size: int
    ) -> AsyncIterator[bytes]:
        yield (BEGIN + row(HEADINGS)).encode()
        async for entries in self._pages(whose, wanted):
            yield "".join(row(_cells(each, size)) for each in entries).encode()

    async def _array(
        self, whose: OrganisationId, wanted: Wanted, size: int
    ) -> AsyncIterator[bytes]:
        yield b"["
        comma = b"\n"
        async for entries in self._pages(whose, wanted):
            piece = b""
            for each in entries:
                piece += comma + msgspec.json.encode(_view(each, size))
                comma = b",\n"
            yield piece
        yield b"\n]\n"

    async def _pages(
        self, whose: OrganisationId, wanted: Wanted
    ) -> AsyncIterator[list[LedgerEntry]]:
        after = None
        while True:
            found = await self._ledger.page(whose, wanted, most=AT_ONCE, after=after)
            yield [*found.page.items]
            after = found.page.after
            if after is None:
                return


def _cells(entry: LedgerEntry, signed_size: int) -> list[str]:
    view = _view(entry, signed_size)
    view["details"] = msgspec.json.encode(entry.details).decode()
    return ["" if view[name] is None else str(view[name]) for name in HEADINGS]


def _view(entry: LedgerEntry, signed_size: int) -> dict[str, object]:
    state: SealState = seal_state(entry, signed_size)
    return {
        "at": spell_moment(entry.at),
        "action": entry.action,
        "actor": entry.actor,
        "target": entry.target,
        "details": entry.details,
        "id": str(entry.id),
        "position": entry.position,
        "state": state.value,
    }
