"""Everything about a person as it is handed out: one document that people and programs can read."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from watchword.features.privacy.mapping import Cells, Table
from watchword.foundation.clock import from_microseconds

FORMAT = "watchword-person-1"
MOMENTS = ("_at", "_until", "_after")

Record = dict[str, Any]
"""A row as the table has it: which columns there are, the data map says."""


class PersonExport(Struct, frozen=True):
    """All that is known about the person of a contact point. `sections` are named as in the manual.

    `proofs`: for entries of the audit, receipts that can be checked without asking anybody.
    """

    format: str
    made_at: datetime
    organisation: str
    contact_point: str
    sections: dict[str, list[Record]]
    proofs: list[Record] = []


def record(table: Table, row: Cells, opened: str | None) -> Record:
    """Write a row as the person gets to see it."""
    shown: Record = {name: _written(table, name, row[name]) for name in table.shows}
    if table.opens is not None:
        is_json = table.opens.is_json and opened is not None
        shown[table.opens.name] = _json(opened or "") if is_json else opened
    return shown


def _written(table: Table, name: str, value: object) -> object:
    if value is None:
        return None
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, int) and (name == "at" or name.endswith(MOMENTS)):
        return from_microseconds(value)
    if name in table.written and isinstance(value, str):
        return _json(value)
    return value


def _json(written: str) -> object:
    try:
        return msgspec.json.decode(written)
    except msgspec.DecodeError:
        return written
