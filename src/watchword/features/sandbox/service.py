"""What happens in the sandbox: messages arrive, and are looked at."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import assert_never
from uuid import UUID, uuid5

import msgspec

from watchword.features.challenges.codes import Draw
from watchword.features.clients.rules import Caller
from watchword.features.contacts.post import in_one_line
from watchword.features.delivery.rules import Message, MessageId, SendOutcome
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.sandbox.rules import (
    AHEAD_AT_MOST,
    SHOWN_AT_MOST,
    Ahead,
    Delivered,
    Due,
    What,
    drawn,
    found_by,
    transcript,
)
from watchword.features.sandbox.scenarios import (
    Arrives,
    ComesBack,
    Denies,
    Happening,
    Part,
    Reports,
    part_of,
    play,
)
from watchword.features.sandbox.store import SandboxStage, SandboxStore, SandboxSweep, SealedMessage
from watchword.foundation.bells import Bells
from watchword.foundation.chance import CHANCES, chance
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.sealing import Place, Sealer
from watchword.foundation.secret import Secret, reveal_if_any, secret_if_any
from watchword.foundation.storage import Storage, Transaction

COLUMN = "sandbox"  # the blind index of addresses here is not that of contact points


class _Content(msgspec.Struct, array_like=True):
    to: str
    subject: str | None
    text: str
    code: str | None
    is_for_staff: bool = False
    entry: str = ""


STAGE = "sandbox/stage"
"""The bell that is rung when something is to happen."""


def bell_of(organisation_id: OrganisationId) -> str:
    return f"sandbox/{organisation_id}"


class Sandbox:
    def __init__(
        self, *, storage: Storage, organisations: Organisations, sealer: Sealer, bells: Bells
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._sealer = sealer
        self._bells = bells

    async def deliver(self, message: Message) -> SendOutcome:
        """Let the part be played that the address of a message plays."""
        id = message.organisation_id
        part = part_of(message.address)
        async with self._storage.begin(id) as transaction:
            chance = await self._chance(transaction, id) if part is Part.FLAKY else 0.0
            played = play(part, message.channel, str(message.id), chance)
            for number, happening in enumerate(played.happenings):
                # Who sends the same message again does not let more happen to it.
                id_of_it = uuid5(message.id, str(number))
                await self._happen(transaction, message, happening, id_of_it)
        self._bells.ring(STAGE if part else bell_of(id))
        return played.outcome

    async def _happen(
        self, transaction: Transaction, message: Message, happening: Happening, id: UUID
    ) -> None:
        store = SandboxStore(transaction, message.organisation_id)
        due_at = transaction.now() + happening.after
        match happening:
            case Arrives():
                await store.add(await self._sealed(transaction, message, due_at))
                return
            case Reports(receipt):
                what = What(receipt)
            case Denies():
                what = What.DENIED
            case ComesBack():
                what = What.RETURNED
            case _:
                assert_never(happening)
        await store.add_happening(
            Due(
                organisation_id=message.organisation_id,
                id=id,
                message_id=message.id,
                what=what,
                due_at=due_at,
            )
        )

    async def _sealed(
        self, transaction: Transaction, message: Message, at: datetime
    ) -> SealedMessage:
        id = message.organisation_id
        content = _Content(
            in_one_line(message.address),
            reveal_if_any(message.subject),
            transcript(reveal_if_any(message.greeting), message.text.reveal()),
            reveal_if_any(message.code),
            message.is_for_staff,
            message.entry,
        )
        sealed = self._sealer.seal(msgspec.msgpack.encode(content), _place(id, message.id))
        keys = await self._organisations.keys(transaction, id)
        return SealedMessage(
            id=message.id,
            channel=message.channel,
            blind_index=keys.blind(COLUMN, found_by(message.address)),
            sealed=sealed,
            at=at,
        )

    async def take_due(self, most: int) -> Sequence[Due]:
        """Take what is due on the stage. Whoever takes it lets it happen, and says so then."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await SandboxStage(transaction).take_due(most)

    async def happened(self, due: Due) -> None:
        """Let a happening be over. Whoever dies before leaves it to another one."""
        async with self._storage.begin(due.organisation_id) as transaction:
            await SandboxStore(transaction, due.organisation_id).happened(due.id)

    async def ahead(self, id: OrganisationId) -> Sequence[Ahead]:
        """Give what is still to come for a test organisation, the next first, at most 20."""
        async with self._storage.reading(id) as transaction:
            return await SandboxStore(transaction, id).ahead(AHEAD_AT_MOST)

    async def next_due(self) -> float | None:
        async with self._storage.reading(EVERYWHERE) as transaction:
            return await SandboxStage(transaction).next_due()

    async def sow(self, caller: Caller, seed: str) -> None:
        """Let all chance of a test organisation follow from a seed: its codes, and its luck."""
        id = caller.organisation.id
        async with self._storage.begin(id) as transaction:
            await SandboxStore(transaction, id).sow(seed.encode())

    async def draw(self, transaction: Transaction, organisation: Organisation) -> Draw | None:
        """Give the chance of a test organisation; nothing, if it has no seed or is for real."""
        if organisation.mode is not Mode.TEST:
            return None
        found = await SandboxStore(transaction, organisation.id).draw()
        return None if found is None else partial(drawn, *found)

    async def _chance(self, transaction: Transaction, id: OrganisationId) -> float:
        found = await SandboxStore(transaction, id).draw()
        return drawn(*found, CHANCES) / CHANCES if found else chance()

    async def look(self, id: OrganisationId, to: str | None = None) -> Sequence[Delivered]:
        """Give the newest messages, at most 100, the newest first; `to` is an address as sent."""
        async with self._storage.reading(id) as transaction:
            store = SandboxStore(transaction, id)
            if to is None:
                found = await store.newest(SHOWN_AT_MOST)
            else:
                keys = await self._organisations.keys(transaction, id)
                found = await store.newest_to(keys.blind(COLUMN, found_by(to)), SHOWN_AT_MOST)
        return [self._open(id, sealed) for sealed in found]

    async def forget(self, most: int) -> int:
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await SandboxSweep(transaction).forget(most)

    def _open(self, id: OrganisationId, sealed: SealedMessage) -> Delivered:
        content = msgspec.msgpack.decode(
            self._sealer.open(sealed.sealed, _place(id, sealed.id)), type=_Content
        )
        return Delivered(
            id=sealed.id,
            organisation_id=id,
            channel=sealed.channel,
            to=Secret(content.to),
            subject=secret_if_any(content.subject),
            text=Secret(content.text),
            code=secret_if_any(content.code),
            at=sealed.at,
            is_for_staff=content.is_for_staff,
            entry=content.entry,
        )


def _place(organisation_id: OrganisationId, id: MessageId) -> Place:
    return Place(organisation_id, "sandbox_messages", "sealed", str(id))
