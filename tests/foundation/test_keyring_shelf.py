"""A key that is not here yet is looked for where the keyring comes from."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest

from watchword.foundation.ids import OrganisationId
from watchword.foundation.keyring import (
    LOOK_AGAIN_AFTER,
    KeyKind,
    KeyMissing,
    Keyring,
    KeyShelf,
    new_keyring,
    rotated,
)
from watchword.foundation.sealing import KeyAway, Place, Sealer

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
OLD = new_keyring(NOON)
NEW = rotated(OLD, [KeyKind.OUTBOX], NOON)
PLACE = Place(OrganisationId(UUID(int=1)), "messages", "sealed", "row")


@dataclass
class Source:
    """A place from which a keyring is loaded; it counts how often."""

    keyring: Keyring | None = OLD
    loads: int = 0

    def load(self) -> Keyring:
        self.loads += 1
        if self.keyring is None:
            raise KeyMissing("The file is gone.")
        return self.keyring


@dataclass
class Clock:
    seconds: float = field(default=100.0)

    def __call__(self) -> float:
        return self.seconds


def shelf(source: Source, clock: Clock) -> KeyShelf:
    return KeyShelf(OLD.of_kind(KeyKind.OUTBOX), KeyKind.OUTBOX, source, clock)


def test_what_a_newer_keyring_sealed_opens_where_an_older_one_was_loaded() -> None:
    source = Source(NEW)
    sealed = Sealer(NEW.versions(KeyKind.OUTBOX)).seal(b"content", PLACE)

    assert Sealer(shelf(source, Clock())).open(sealed, PLACE) == b"content"
    assert source.loads == 1


def test_what_is_here_is_not_looked_for() -> None:
    source = Source(NEW)

    assert len(shelf(source, Clock())[1]) == 32
    assert source.loads == 0


def test_a_version_that_is_nowhere_is_looked_for_once_in_a_while_and_not_each_time() -> None:
    source, clock = Source(), Clock()
    keys = shelf(source, clock)

    for _ in range(100):
        assert keys.get(7) is None
    assert source.loads == 1

    clock.seconds += LOOK_AGAIN_AFTER
    assert keys.get(7) is None
    assert source.loads == 2


def test_a_source_that_is_gone_takes_nothing_with_it() -> None:
    keys = shelf(Source(None), Clock())

    assert keys.get(2) is None
    assert list(keys) == [1]


def test_a_version_that_is_away_is_not_called_a_broken_seal() -> None:
    sealed = Sealer(NEW.versions(KeyKind.OUTBOX)).seal(b"content", PLACE)

    with pytest.raises(KeyAway):
        Sealer(OLD.versions(KeyKind.OUTBOX)).open(sealed, PLACE)
