"""How pages are locked: each by a key of its own, which is itself locked by one of the keyring.

That one is derived from `links`, with which the links of campaigns are made, too. Who has the
database alone reads no page and follows no link.
"""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from watchword.foundation.framing import framed
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import HEAD_BYTES, Place, Sealer

FOR_PAGES = framed("watchword/page-keys/1")
NOWHERE = Place(OrganisationId(UUID(int=0)), "pages", "", "")


class DerivedKeys(Mapping[int, bytes]):
    """Keys for one purpose, each made of a version of another key when it is needed."""

    def __init__(self, keys: Mapping[int, bytes], purpose: bytes) -> None:
        self._keys = keys
        self._purpose = purpose

    def __getitem__(self, version: int) -> bytes:
        return hmac.digest(self._keys[version], self._purpose, "sha256")

    def __iter__(self) -> Iterator[int]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class Locksmith:
    """Locks the keys of pages, and opens them again."""

    def __init__(self, links: Mapping[int, bytes]) -> None:
        """`links`: the versions of the key `links` of the keyring."""
        self._sealer = Sealer(DerivedKeys(links, FOR_PAGES))

    def lock(self, organisation_id: OrganisationId, page_id: UUID, key: bytes) -> "PageKey":
        """Lock a new key, of 32 random bytes."""
        locked = self._sealer.seal(key, _place(organisation_id, page_id))
        return PageKey(organisation_id, page_id, locked, Sealer({1: key}))

    def open(self, organisation_id: OrganisationId, page_id: UUID, locked: bytes) -> "PageKey":
        key = self._sealer.open(locked, _place(organisation_id, page_id))
        return PageKey(organisation_id, page_id, locked, Sealer({1: key}))

    @property
    def newest_head(self) -> bytes:
        """Give how the keys begin that are locked with the newest version."""
        return self._sealer.seal(b"", NOWHERE)[:HEAD_BYTES]

    def relocked(self, organisation_id: OrganisationId, page_id: UUID, locked: bytes) -> bytes:
        """Lock the key of a page with the newest version."""
        place = _place(organisation_id, page_id)
        return self._sealer.seal(self._sealer.open(locked, place), place)


@dataclass(frozen=True, slots=True)
class PageKey:
    """The key of one page: as it rests (`locked`), and open."""

    organisation_id: OrganisationId
    page_id: UUID
    locked: bytes = field(repr=False)
    _sealer: Sealer = field(repr=False)

    def seal(self, content: bytes, column: str) -> bytes:
        return self._sealer.seal(content, self._place("pages", column, str(self.page_id)))

    def unseal(self, sealed: bytes, column: str) -> bytes:
        return self._sealer.open(sealed, self._place("pages", column, str(self.page_id)))

    def seal_picture(self, content: bytes, picture_id: UUID, width: int) -> bytes:
        return self._sealer.seal(content, self._of_picture(picture_id, width))

    def unseal_picture(self, sealed: bytes, picture_id: UUID, width: int) -> bytes:
        return self._sealer.open(sealed, self._of_picture(picture_id, width))

    def seal_edition(self, content: bytes, version: int) -> bytes:
        return self._sealer.seal(content, self._of_edition(version))

    def unseal_edition(self, sealed: bytes, version: int) -> bytes:
        return self._sealer.open(sealed, self._of_edition(version))

    def seal_edition_rewards(self, content: bytes, version: int) -> bytes:
        return self._sealer.seal(content, self._of_edition(version, "rewards"))

    def unseal_edition_rewards(self, sealed: bytes, version: int) -> bytes:
        return self._sealer.open(sealed, self._of_edition(version, "rewards"))

    def _of_edition(self, version: int, column: str = "content") -> Place:
        return self._place("page_editions", column, f"{self.page_id}/{version}")

    def _of_picture(self, picture_id: UUID, width: int) -> Place:
        return self._place("page_pictures", "content", f"{picture_id}/{width}")

    def _place(self, table: str, column: str, row_id: str) -> Place:
        return Place(self.organisation_id, table, column, row_id)


def _place(organisation_id: OrganisationId, page_id: UUID) -> Place:
    return Place(organisation_id, "pages", "locked_key", str(page_id))
