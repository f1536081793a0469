"""Whether this process can do its work: the database, its schema, the keys, and its workers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from watchword.features.census.figures.service import Standing
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.roster import Roster
from watchword.migrations import steps


@dataclass(frozen=True, slots=True)
class Check:
    """`detail` says what is wrong, in words for whoever runs the machine."""

    name: str
    is_well: bool
    detail: str = ""


class Readiness:
    def __init__(self, *, standing: Standing, keyring: Keyring, roster: Roster) -> None:
        self._standing = standing
        self._roots = keyring.versions(KeyKind.ROOT)
        self._roster = roster

    async def look(self) -> Sequence[Check]:
        """Give each check. What comes first is what the others stand on."""
        found = await self._standing.schema()
        workers = _workers(self._roster.missing)
        if found is None:
            return [_database(is_there=False), workers]
        resting = await self._standing.root_versions()
        return [
            _database(is_there=True),
            _schema(found),
            _keyring(self._roots, resting or ()),
            workers,
        ]


def _database(*, is_there: bool) -> Check:
    return Check("database", is_there, "" if is_there else "the database does not answer")


def _schema(found: str) -> Check:
    # Servers of the release before go on working while a newer one brings the schema further.
    if found >= steps.NEWEST:
        return Check("schema", is_well=True)
    return Check("schema", is_well=False, detail=f"the schema is {found}, not {steps.NEWEST}")


def _keyring(ours: Mapping[int, bytes], resting: Collection[int]) -> Check:
    # A key that was added since we were started is looked for where the keyring comes from.
    missing = sorted(version for version in resting if ours.get(version) is None)
    if not missing:
        return Check("keyring", is_well=True)
    named = ", ".join(map(str, missing))
    return Check("keyring", is_well=False, detail=f"the keyring lacks root keys: {named}")


def _workers(missing: Sequence[str]) -> Check:
    if not missing:
        return Check("workers", is_well=True)
    return Check("workers", is_well=False, detail=f"these do not work: {', '.join(missing)}")
