"""What is handed over: letters as files in a ZIP, written piece by piece, and a list of them."""

import hashlib
import zipfile
from datetime import datetime

from watchword.features.contacts.post import Place
from watchword.features.ledger.spreadsheets import BEGIN, row
from watchword.features.letters.rules import LetterId

HEADINGS = ("number", "file", "letter", "postal_code", "country", "bytes", "sha256")
MANIFEST = "manifest.csv"


class _Pipe:
    """A file that can only be written on; whoever reads takes what has come so far."""

    def __init__(self) -> None:
        self._pieces = bytearray()

    def write(self, piece: bytes) -> int:
        self._pieces += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        pieces, self._pieces = bytes(self._pieces), bytearray()
        return pieces


class Parcel:
    """A ZIP under way. PDFs are packed already, so they are stored as they are."""

    def __init__(self, moment: datetime) -> None:
        self._pipe = _Pipe()
        self._zip = zipfile.ZipFile(self._pipe, "w", zipfile.ZIP_STORED)  # type: ignore[call-overload]
        self._date = moment.timetuple()[:6]
        self._rows = [row(HEADINGS)]

    def add(self, number: int, id: LetterId, place: Place | None, content: bytes) -> bytes:
        """Put a letter in, and give what there is of the parcel since the last time."""
        name = f"{number:05}-{id}.pdf"
        digest = hashlib.sha256(content).hexdigest()
        where = ("", "") if place is None else (place.postal_code, place.country)
        self._rows.append(row((str(number), name, str(id), *where, str(len(content)), digest)))
        return self._put(name, content)

    def close(self) -> bytes:
        """End it with the list of its letters."""
        self._put(MANIFEST, (BEGIN + "".join(self._rows)).encode(), keep=True)
        self._zip.close()
        return self._pipe.take()

    def _put(self, name: str, content: bytes, *, keep: bool = False) -> bytes:
        info = zipfile.ZipInfo(name, self._date)
        info.external_attr = 0o600 << 16
        self._zip.writestr(info, content)
        return b"" if keep else self._pipe.take()
