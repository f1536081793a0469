"""What happens in the sandbox: messages arrive, and are looked at."""

from collections.abc import Sequence

import msgspec

from watchword.features.delivery.rules import Message, MessageId
from watchword.features.organisations.service import Organisations
from watchword.features.sandbox.rules import SHOWN_AT_MOST, Delivered
from watchword.features.sandbox.store import SandboxStore, SandboxSweep, SealedMessage
from watchword.foundation.bells import Bells
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.sealing import Place, Sealer
from watchword.foundation.secret import Secret, reveal_if_any, secret_if_any
from watchword.foundation.storage import Storage

COLUMN = "sandbox"  # the blind index of addresses here is not that of contact points


class _Content(msgspec.Struct, array_like=True):
    to: str
    subject: str | None
    text: str
    code: str | None


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

    async def deliver(self, message: Message) -> None:
        id = message.organisation_id
        content = _Content(
            message.address,
            reveal_if_any(message.subject),
            message.text.reveal(),
            reveal_if_any(message.code),
        )
        sealed = self._sealer.seal(msgspec.msgpack.encode(content), _place(id, message.id))
        async with self._storage.begin(id) as transaction:
            keys = await self._organisations.keys(transaction, id)
            await SandboxStore(transaction, id).add(
                SealedMessage(
                    id=message.id,
                    channel=message.channel,
                    blind_index=keys.blind(COLUMN, message.address.lower()),
                    sealed=sealed,
                    at=transaction.now(),
                )
            )
        self._bells.ring(bell_of(id))

    async def look(self, id: OrganisationId, to: str | None = None) -> Sequence[Delivered]:
        """Give the newest messages, at most 100, the newest first; `to` is an address as sent."""
        async with self._storage.reading(id) as transaction:
            store = SandboxStore(transaction, id)
            if to is None:
                found = await store.newest(SHOWN_AT_MOST)
            else:
                keys = await self._organisations.keys(transaction, id)
                found = await store.newest_to(keys.blind(COLUMN, to.lower()), SHOWN_AT_MOST)
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
        )


def _place(organisation_id: OrganisationId, id: MessageId) -> Place:
    return Place(organisation_id, "sandbox_messages", "sealed", str(id))
