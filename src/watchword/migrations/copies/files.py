"""The file of a backup: two lines that people can read, and then all rows, packed.

    WATCHWORD BACKUP 1
    {"format":1,"made_at":"…","schema":"0008",…,"sha256":"…"}        filled up with spaces
    gzip of frames, each: four bytes of length, and so many bytes of MessagePack

The first frame of a table is `[name, [columns]]`; those after it are lists of rows. `sha256` is
that of the header without itself, and of all that follows. It finds what time and cables do to
a file. Whoever changes it on purpose can make a new one; sealed values and the ledger withstand
that, and not this.
"""

import gzip
import hashlib
import os
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, TypeAlias

import msgspec

from watchword.foundation.errors import WatchwordError
from watchword.foundation.storage import Value

MAGIC = b"WATCHWORD BACKUP 1\n"
HEADER_BYTES = 32 * 1024
FRAME_AT_MOST = 64 * 2**20
READ_AT_ONCE = 2**20
PACKED = 3  # what is sealed cannot be made smaller, and the rest is ids
DRAFT = ".partial"

Cells: TypeAlias = Sequence[Value]


class BadCopy(WatchwordError):
    """A file is no backup of ours, or not the whole of one, or not as it was written."""


class CopyNotKept(WatchwordError):
    """The place for a backup does not take it."""


class CopyThere(WatchwordError):
    """A backup is never written over another file."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"There is a file at {path} already. Choose another name.")


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a backup says of itself. It holds no key, and nothing that needs one."""

    format: int = 1
    watchword: str
    engine: str
    schema: str
    made_at: datetime
    tables: Mapping[str, int]
    """How many rows of each."""
    sha256: str = ""

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


class CopyWriter:
    """Writes rows to a file that is there when all of it is there, and not before."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._counts: dict[str, int] = {}
        self._table = ""
        file.write(MAGIC + b" " * HEADER_BYTES)
        self._packed = gzip.GzipFile(
            filename="",
            mode="wb",
            fileobj=_Hashing(file, self._digest),
            compresslevel=PACKED,
            mtime=0,
        )

    def begin(self, table: str, columns: Sequence[str]) -> None:
        self._table = table
        self._counts[table] = 0
        self._frame([table, [*columns]])

    def add(self, rows: Sequence[Cells]) -> None:
        """Add rows to the table that was begun last."""
        self._counts[self._table] += len(rows)
        self._frame([[*row] for row in rows])

    def end(self, *, watchword: str, engine: str, schema: str, made_at: datetime) -> Header:
        """Write down what the file holds, and its digest."""
        self._packed.close()
        header = Header(
            watchword=watchword,
            engine=engine,
            schema=schema,
            made_at=made_at.astimezone(UTC),
            tables=self._counts,
        )
        body = self._digest.copy()
        header = msgspec.structs.replace(header, sha256=_digest(header, body))
        self._file.seek(len(MAGIC))
        self._file.write(_padded(header))
        self._file.flush()
        os.fsync(self._file.fileno())
        return header

    def _frame(self, content: object) -> None:
        packed = msgspec.msgpack.encode(content)
        self._packed.write(struct.pack(">I", len(packed)) + packed)


class CopyReader:
    """Reads a file, once it is known that it is as it was written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                self.header = _read_header(file)
                body = hashlib.sha256()
                while piece := file.read(READ_AT_ONCE):
                    body.update(piece)
        except OSError as fault:
            raise BadCopy(f"The backup at {path} cannot be read: {fault.strerror}.") from None
        if _digest(self.header, body) != self.header.sha256:
            raise BadCopy(
                f"The backup at {path} is damaged: its digest is not the one that it names. "
                "Take another copy of it."
            )

    def tables(self) -> Iterator[tuple[str, Sequence[str], Iterator[Sequence[Cells]]]]:
        """Give each table with its columns and its rows, some at a time."""
        with self._path.open("rb") as file:
            file.seek(len(MAGIC) + HEADER_BYTES)
            frames = _Frames(file)
            while (head := frames.take()) is not None:
                name, columns = _read_head(head)
                yield name, columns, frames.rows()


class _Hashing:
    """Hashes what is written, on its way to a file."""

    def __init__(self, file: IO[bytes], digest: Any) -> None:  # noqa: ANN401 - hashlib names no type
        self._file = file
        self._digest = digest

    def write(self, content: bytes) -> int:
        self._digest.update(content)
        return self._file.write(content)

    def flush(self) -> None:
        self._file.flush()


class _Frames:
    """Frames one after the other. One can be put back, for the next table to begin with."""

    def __init__(self, file: IO[bytes]) -> None:
        self._unpacked = gzip.GzipFile(fileobj=file, mode="rb")
        self._next: list[Any] | None = None

    def take(self) -> list[Any] | None:
        if self._next is not None:
            frame, self._next = self._next, None
            return frame
        try:
            head = self._unpacked.read(4)
            if not head:
                return None
            [length] = struct.unpack(">I", head)
            if length > FRAME_AT_MOST:
                raise BadCopy("The backup holds what no backup of ours holds.")
            return msgspec.msgpack.decode(self._unpacked.read(length), type=list[Any])
        except (OSError, EOFError, zlib.error, struct.error, msgspec.MsgspecError):
            raise BadCopy("The backup holds what no backup of ours holds.") from None

    def rows(self) -> Iterator[Sequence[Cells]]:
        """Give the rows that follow, up to where the next table begins."""
        while (frame := self.take()) is not None:
            if frame and isinstance(frame[0], str):
                self._next = frame
                return
            yield frame


@contextmanager
def writing(path: Path) -> Iterator[CopyWriter]:
    """Write a file that only its owner may read. If the block fails, nothing is left of it."""
    if path.exists():
        raise CopyThere(path)
    draft = path.with_name(f"{path.name}{DRAFT}")
    try:
        handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CopyNotKept(
            f"{draft} is there: another backup is being written, or was broken off. "
            "If none is, remove it."
        ) from None
    except OSError as fault:
        raise CopyNotKept(f"No backup can be kept at {path}: {fault.strerror}.") from None
    try:
        with os.fdopen(handle, "w+b") as file:
            yield CopyWriter(file)
        os.link(draft, path)  # Unlike renaming, it never takes the place of another file.
        _settle(path.parent)
    except FileExistsError:
        raise CopyThere(path) from None
    except OSError as fault:
        raise CopyNotKept(f"No backup can be kept at {path}: {fault.strerror}.") from None
    finally:
        draft.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read_header(file: IO[bytes]) -> Header:
    start = file.read(len(MAGIC))
    if start != MAGIC:
        raise BadCopy("This is no backup of Watchword, or of another format.")
    try:
        return msgspec.json.decode(file.read(HEADER_BYTES), type=Header)
    except (ValueError, msgspec.MsgspecError):
        raise BadCopy(
            "The backup is not whole, or its header is damaged. Take another copy of it."
        ) from None


def _read_head(frame: list[Any]) -> tuple[str, Sequence[str]]:
    try:
        return msgspec.convert(frame, tuple[str, list[str]])
    except msgspec.ValidationError:
        raise BadCopy("The backup holds what no backup of ours holds.") from None


def _padded(header: Header) -> bytes:
    written = msgspec.json.encode(header)
    if len(written) >= HEADER_BYTES:
        raise CopyNotKept("The header of the backup is too long. This is a mistake of ours.")
    return written.ljust(HEADER_BYTES - 1) + b"\n"


def _digest(header: Header, body: Any) -> str:  # noqa: ANN401 - hashlib names no type
    named = msgspec.json.encode(msgspec.structs.replace(header, sha256=""))
    return hashlib.sha256(named + body.digest()).hexdigest()
