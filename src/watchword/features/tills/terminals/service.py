"""What happens to terminals: they are registered, named, recognised and revoked."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.organisations.locations.store import LocationStore
from watchword.features.organisations.rules import LocationId, Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.tills.terminals.rules import (
    BadTerminalName,
    LocationShut,
    NewTerminal,
    Refused,
    Terminal,
    TerminalId,
    TerminalNameTaken,
    UnknownTerminal,
    find_fault,
    fingerprint,
    revoked,
    seen,
    write_credential,
)
from watchword.features.tills.terminals.store import TerminalDirectory, TerminalStore
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

CREDENTIAL_BYTES = 32


class Terminals:
    def __init__(self, *, storage: Storage, organisations: Organisations) -> None:
        self._storage = storage
        self._organisations = organisations

    async def register(
        self, caller: Caller, location_id: LocationId, name: str
    ) -> NewTerminal | Refused:
        """Register a till of a location. Its credential is shown for the only time."""
        whose, name = caller.organisation.id, name.strip()
        credential = write_credential(secrets.token_bytes(CREDENTIAL_BYTES))
        async with self._storage.begin(whose) as transaction:
            # The location is held, so that of two tills of one name one comes first.
            location = await LocationStore(transaction, whose).hold(location_id)
            if location is None:
                raise NotFound("location")
            if not location.is_open:
                return LocationShut()
            store = TerminalStore(transaction, whose)
            if fault := find_fault(name, _at_work(await store.at(location_id))):
                return fault
            terminal = Terminal(
                id=TerminalId(new_id()),
                location_id=location_id,
                name=name,
                fingerprint=fingerprint(credential) or b"",
                created_at=transaction.now(),
            )
            await store.add(terminal)
            await _note(transaction, caller, Action.TERMINAL_REGISTERED, terminal)
        return NewTerminal(terminal, credential)

    async def rename(
        self, caller: Caller, id: TerminalId, name: str
    ) -> Terminal | BadTerminalName | TerminalNameTaken:
        whose, name = caller.organisation.id, name.strip()
        async with self._storage.begin(whose) as transaction:
            store = TerminalStore(transaction, whose)
            seen_first = _found(await store.get(id))
            await LocationStore(transaction, whose).hold(seen_first.location_id)
            terminal = _found(await store.hold(id))
            others = _at_work(await store.at(terminal.location_id))
            fault = find_fault(name, [each for each in others if each.id != id])
            if isinstance(fault, BadTerminalName | TerminalNameTaken):
                return fault
            after = replace(terminal, name=name)
            if after != terminal:
                await store.save(after)
                await _note(
                    transaction, caller, Action.TERMINAL_RENAMED, after, before=terminal.name
                )
        return after

    async def revoke(self, caller: Caller, id: TerminalId) -> Terminal:
        """Let a till be none any more, in every process at once. It stays, for reports name it."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = TerminalStore(transaction, whose)
            terminal = _found(await store.hold(id))
            after = revoked(terminal, transaction.now())
            if after is None:
                return terminal
            await store.save(after)
            await _note(transaction, caller, Action.TERMINAL_REVOKED, after)
        return after

    async def at(
        self, organisation_id: OrganisationId, location_id: LocationId
    ) -> Sequence[Terminal]:
        """Give the tills of a location, those at work first."""
        async with self._storage.reading(organisation_id) as transaction:
            return await TerminalStore(transaction, organisation_id).at(location_id)

    async def all(self, organisation_id: OrganisationId) -> Sequence[Terminal]:
        async with self._storage.reading(organisation_id) as transaction:
            return await TerminalStore(transaction, organisation_id).all()

    async def find(self, organisation_id: OrganisationId, id: TerminalId) -> Terminal:
        async with self._storage.reading(organisation_id) as transaction:
            return _found(await TerminalStore(transaction, organisation_id).get(id))

    async def recognise(
        self, transaction: Transaction, organisation_id: OrganisationId, credential: Secret
    ) -> Terminal | UnknownTerminal:
        """Find out at which till of an organisation somebody stands.

        It is asked anew each time, so that a till that was revoked is none at once.
        """
        known = fingerprint(credential)
        store = TerminalStore(transaction, organisation_id)
        terminal = None if known is None else await store.known(known)
        return terminal or UnknownTerminal()

    async def note_seen(
        self, transaction: Transaction, organisation_id: OrganisationId, terminal: Terminal
    ) -> None:
        """Write down that a till was at work, unless that was done a moment ago."""
        after = seen(terminal, transaction.now())
        if after is not None:
            await TerminalStore(transaction, organisation_id).see(after)

    async def look(self, credential: Secret) -> tuple[Organisation, Terminal] | UnknownTerminal:
        """Say whose till a browser is, and where; nothing is changed."""
        known = fingerprint(credential)
        if known is None:
            return UnknownTerminal()
        async with self._storage.reading(EVERYWHERE) as transaction:
            found = await TerminalDirectory(transaction).find(known)
            if found is None:
                return UnknownTerminal()
            organisation_id, terminal = found
            return await self._organisations.read(transaction, organisation_id), terminal


def target_of(id: TerminalId) -> str:
    """Write a terminal as the ledger does."""
    return f"terminal:{id}"


def _at_work(terminals: Sequence[Terminal]) -> Sequence[Terminal]:
    return [each for each in terminals if each.is_good]


def _found(terminal: Terminal | None) -> Terminal:
    if terminal is None:
        raise NotFound("terminal")
    return terminal


async def _note(
    transaction: Transaction, caller: Caller, action: Action, terminal: Terminal, **details: str
) -> None:
    entry = Entry(
        action=action,
        actor=caller.actor,
        target=target_of(terminal.id),
        details={"name": terminal.name, "location": str(terminal.location_id), **details},
    )
    await AuditStore(transaction, caller.organisation.id).add(entry)
