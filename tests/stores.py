"""What tests of stores and services stand on: time that is told to pass, keys, organisations."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from watchword.features.idempotency.service import Requests
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.templates.rules import LOCALES
from watchword.foundation.ids import OrganisationId
from watchword.foundation.keyring import KeyKind, Keyring, new_keyring
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
BANK, SHOP = OrganisationId(UUID(int=1)), OrganisationId(UUID(int=2))
KEYRING = new_keyring(NOON, is_throwaway=True)

TABLES = "select tablename from pg_tables where schemaname = 'public'"


@dataclass
class MovableTime:
    """A clock that stands still until it is told that time passes."""

    moment: datetime = NOON

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, span: timedelta) -> datetime:
        self.moment += span
        return self.moment


def new_sealer(keyring: Keyring = KEYRING) -> Sealer:
    return Sealer(keyring.versions(KeyKind.OUTBOX))


def new_requests(storage: Storage, keyring: Keyring = KEYRING) -> Requests:
    return Requests(storage=storage, sealer=new_sealer(keyring))


def new_organisations(storage: Storage, keyring: Keyring = KEYRING) -> Organisations:
    return Organisations(storage=storage, keyring=keyring, locales=LOCALES)


async def found(
    storage: Storage, slug: str = "bank", *, mode: Mode = Mode.TEST, keyring: Keyring = KEYRING
) -> Organisation:
    """Found an organisation that is as it should be."""
    made = await new_organisations(storage, keyring).found(
        slug=slug, name=slug.title(), mode=mode, country="DE", locale="de", actor="test"
    )
    assert isinstance(made, Organisation)
    return made


async def at_rest(url: str) -> bytes:
    """Give all that a thief of the database would hold: its files, or a dump of every row."""
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        files = path.parent.glob(f"{path.name}*")
        return b"".join(file.read_bytes() for file in files)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set watchword.organisation = '*'")
        names = [row["tablename"] for row in await connection.fetch(TABLES)]
        tables = [await connection.fetch(f'select * from "{name}"') for name in names]  # noqa: S608
    finally:
        await connection.close()
    values = [value for rows in tables for row in rows for value in row.values()]
    return b"\n".join(
        value if isinstance(value, bytes) else str(value).encode() for value in values
    )
