"""Where words of an organisation's own are kept: every version, the one in force marked by time."""

from collections.abc import Sequence
from dataclasses import asdict

import msgspec

from watchword.features.contacts.channels import Channel
from watchword.features.templates.own.rules import VERSIONS_KEPT, OwnWords, OwnWordsId, Slot
from watchword.features.templates.words import Words
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

IN_FORCE = """
    select * from own_words
    where organisation_id = :organisation_id and replaced_at is null and words is not null
    order by purpose, channel, locale
"""

LATEST = """
    select * from own_words
    where organisation_id = :organisation_id and purpose = :purpose and channel = :channel
      and locale = :locale and replaced_at is null
"""

HOLD_LATEST = f"{LATEST} for update"

VERSIONS = """
    select * from own_words
    where organisation_id = :organisation_id and purpose = :purpose and channel = :channel
      and locale = :locale
    order by version desc
"""

ADD = """
    insert into own_words (
        organisation_id, purpose, channel, locale, version, id, words, created_at, created_by
    ) values (
        :organisation_id, :purpose, :channel, :locale, :version, :id, :words, :created_at,
        :created_by
    )
    on conflict (organisation_id, purpose, channel, locale, version) do nothing
"""

REPLACE = """
    update own_words set replaced_at = :now
    where organisation_id = :organisation_id and purpose = :purpose and channel = :channel
      and locale = :locale and version = :version
"""

FORGET = """
    delete from own_words
    where organisation_id = :organisation_id and purpose = :purpose and channel = :channel
      and locale = :locale and version <= :version
"""


class OwnWordsStore:
    """The own words of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def in_force(self) -> Sequence[OwnWords]:
        """Give all that is sent instead of shipped words."""
        rows = await self._transaction.all(IN_FORCE, organisation_id=self._ours)
        return [_from_row(row) for row in rows]

    async def latest(self, slot: Slot) -> OwnWords | None:
        row = await self._transaction.one(LATEST, organisation_id=self._ours, **_named(slot))
        return None if row is None else _from_row(row)

    async def hold(self, slot: Slot) -> OwnWords | None:
        """Read the latest version, which nobody else can replace until the transaction ends."""
        row = await self._transaction.one(HOLD_LATEST, organisation_id=self._ours, **_named(slot))
        return None if row is None else _from_row(row)

    async def versions(self, slot: Slot) -> Sequence[OwnWords]:
        """Give what stood in a slot, the newest first, as far back as it is kept."""
        rows = await self._transaction.all(VERSIONS, organisation_id=self._ours, **_named(slot))
        return [_from_row(row) for row in rows]

    async def add(self, own: OwnWords) -> bool:
        """Put a version in the place of the one before; say whether nobody else was faster."""
        added = await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            **_named(own.slot),
            version=own.version,
            id=str(own.id),
            words=None if own.words is None else _written(own.words),
            created_at=to_microseconds(own.created_at),
            created_by=own.created_by,
        )
        if added != 1:
            return False
        named, now = _named(own.slot), to_microseconds(own.created_at)
        before, too_old = own.version - 1, own.version - VERSIONS_KEPT
        await self._transaction.run(
            REPLACE, organisation_id=self._ours, **named, version=before, now=now
        )
        await self._transaction.run(FORGET, organisation_id=self._ours, **named, version=too_old)
        return True


def _named(slot: Slot) -> dict[str, str]:
    return {"purpose": slot.purpose, "channel": slot.channel, "locale": slot.locale}


def _written(words: Words) -> str:
    said = {name: each for name, each in asdict(words).items() if each is not None}
    return msgspec.json.encode(said).decode()


def _from_row(row: Row) -> OwnWords:
    return OwnWords(
        id=OwnWordsId(Id(row["id"])),
        slot=Slot(row["purpose"], Channel(row["channel"]), row["locale"]),
        version=row["version"],
        words=None if row["words"] is None else _read(row["words"]),
        created_at=from_microseconds(row["created_at"]),
        created_by=row["created_by"],
    )


def _read(content: str) -> Words:
    """Read words that were kept, perhaps by a version that knew other ones."""
    try:
        return msgspec.json.decode(content, type=Words)
    except msgspec.MsgspecError:
        return Words("")  # That says nothing, so it is never sent.
