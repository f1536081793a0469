"""Backups that nobody has made: what is in them is changed, and their digest is right."""

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from watchword.foundation.storage import Value
from watchword.migrations.copies.files import (
    HEADER_BYTES,
    MAGIC,
    CopyReader,
    Header,
    writing,
)

BODY = len(MAGIC) + HEADER_BYTES
THEN = datetime(2030, 1, 1, tzinfo=UTC)

Rows = Sequence[Mapping[str, Value]]


def unpacked(copy: Path) -> bytes:
    return gzip.decompress(copy.read_bytes()[BODY:])


def forge(copy: Path, rows: bytes, **changes: Any) -> None:  # noqa: ANN401 - any field of a header
    """Put other rows into a backup, and a digest that fits."""
    header = msgspec.structs.replace(CopyReader(copy).header, sha256="", **changes)
    body = gzip.compress(rows)
    digest = hashlib.sha256(msgspec.json.encode(header) + hashlib.sha256(body).digest())
    header = msgspec.structs.replace(header, sha256=digest.hexdigest())
    written = msgspec.json.encode(header).ljust(HEADER_BYTES - 1) + b"\n"
    copy.write_bytes(MAGIC + written + body)


def write(path: Path, schema: str, tables: Mapping[str, Rows]) -> Header:
    """Write a backup of these rows."""
    with writing(path) as writer:
        for name, rows in tables.items():
            writer.begin(name, [*(rows[0] if rows else ["organisation_id"])])
            writer.add([[*row.values()] for row in rows])
        return writer.end(watchword="0", engine="sqlite", schema=schema, made_at=THEN)


def rows_of(copy: Path) -> dict[str, list[Sequence[Value]]]:
    """Give all rows of a backup, by table."""
    return {
        name: [row for page in pages for row in page]
        for name, _, pages in CopyReader(copy).tables()
    }
