"""How a backup is made and restored: rows, and what must not live again among them."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import watchword
from watchword.features.restores.rules import Origin, Settled, Taken
from watchword.features.restores.service import Restores
from watchword.foundation.errors import WatchwordError
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import open_storage
from watchword.migrations import steps
from watchword.migrations.copies.files import CopyReader, Header, writing
from watchword.migrations.copies.rows import Progress, copy_in, copy_out, count

Begin: TypeAlias = Callable[[int], Progress]
"""Told how many rows there are, gives whom to tell how many are done."""


class NotForBackup(WatchwordError):
    """A backup and a database do not go together."""


@dataclass(frozen=True, slots=True)
class Restored:
    header: Header
    settled: Settled


async def back_up(url: str, path: Path, begin: Begin) -> Header:
    """Write all rows, as they are at one moment, into a new file. Nobody waits for it."""
    await steps.check(url)
    async with open_storage(url) as storage:
        with writing(path) as writer:
            async with storage.reading(EVERYWHERE) as transaction:
                made_at = transaction.now()
                await copy_out(transaction, writer, begin(await count(transaction)))
            return writer.end(
                watchword=watchword.VERSION,
                engine=url.partition(":")[0],
                schema=steps.NEWEST,
                made_at=made_at,
            )


async def restore(
    url: str, reader: CopyReader, lines: Sequence[Taken], *, actor: str, begin: Begin
) -> Restored:
    """Put the rows of a backup into an empty database, and let nothing live again.

    Both happen in one transaction: a restored database is never there without it.
    """
    header = reader.header
    await _prepare(url, header.schema)
    origin = Origin(made_at=header.made_at, schema=header.schema, tables={*header.tables})
    progress, is_newest = begin(header.rows), header.schema == steps.NEWEST
    async with open_storage(url) as storage:
        restores = Restores(storage=storage)
        async with storage.begin(EVERYWHERE) as transaction:
            await copy_in(transaction, reader, progress)
            if is_newest:
                return Restored(header, await restores.settle(transaction, origin, lines, actor))
            await restores.void(transaction, origin)
    # Until here, only a server of that time could have worked with it.
    await steps.upgrade(url)
    return Restored(header, await _settle(url, origin, lines, actor))


async def _prepare(url: str, schema: str) -> None:
    """Bring an empty database to the schema that a backup has."""
    found = await steps.version(url)
    if schema > steps.NEWEST:
        raise NotForBackup(
            f"The backup has schema {schema}, and this version knows {steps.NEWEST} at most. "
            "Install the version that made the backup, or a later one."
        )
    if found not in {None, schema}:
        raise NotForBackup(
            f"The backup has schema {schema}, and the database has {found} already. "
            "Restore into a database in which there is nothing at all."
        )
    await steps.upgrade(url, schema)


async def _settle(url: str, origin: Origin, lines: Sequence[Taken], actor: str) -> Settled:
    async with open_storage(url) as storage, storage.begin(EVERYWHERE) as transaction:
        return await Restores(storage=storage).settle(transaction, origin, lines, actor)


@asynccontextmanager
async def open_restores(url: str) -> AsyncIterator[Restores]:
    """Open what needs no key: a list of what was taken away names ids and digests alone."""
    await steps.check(url)
    async with open_storage(url) as storage:
        yield Restores(storage=storage)
