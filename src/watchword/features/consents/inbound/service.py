"""What happens to a text that somebody writes to us: it is understood, and acted on at once."""

from collections.abc import Sequence

import structlog

from watchword.features.consents.inbound.desk import Room, Turn
from watchword.features.consents.inbound.meanings import meaning_of
from watchword.features.consents.inbound.rules import Meaning
from watchword.features.contacts.rules import Contact, read_phone
from watchword.features.delivery.receipts import Incoming
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import ConstraintViolated, Storage, StorageConflict

TRIES = 3

log = structlog.get_logger()


class Inbound:
    def __init__(self, *, storage: Storage, organisations: Organisations, room: Room) -> None:
        self._storage = storage
        self._organisations = organisations
        self._room = room

    async def hear(
        self,
        provider: ProviderName,
        texts: Sequence[Incoming],
        of: Organisation | None = None,
    ) -> None:
        """Act on what people wrote. When this returns, all of it is durable.

        `of`: in whose sandbox it was written; else it concerns those who know its sender.
        """
        among = [of] if of else await self._live()
        for text in texts:
            meaning = meaning_of(text.text.reveal())
            concerned = await self._act(provider, text, meaning, among)
            for organisation in concerned:
                self._room.opt_ins.announce(organisation)
            log.info(
                "text.heard",
                provider=provider,
                channel=text.channel,
                meaning=meaning,
                organisations=len(concerned),
            )

    async def _live(self) -> Sequence[Organisation]:
        return [each for each in await self._organisations.all() if each.mode is Mode.LIVE]

    async def _act(
        self,
        provider: ProviderName,
        text: Incoming,
        meaning: Meaning,
        among: Sequence[Organisation],
        tries: int = TRIES,
    ) -> Sequence[Organisation]:
        """Let all whom it concerns do what was said, in one transaction; give who they are."""
        contact = read_phone(text.sender, "")
        if not isinstance(contact, Contact):
            return []
        try:
            async with self._storage.begin(EVERYWHERE) as transaction:
                turn = Turn(
                    room=self._room,
                    transaction=transaction,
                    provider=provider,
                    text=text,
                    contact=contact,
                    meaning=meaning,
                )
                return await turn.take(among)
        except (StorageConflict, ConstraintViolated):
            # Somebody else has written the same line of the book, or holds what we need.
            if tries == 1:
                raise
        return await self._act(provider, text, meaning, among, tries - 1)
