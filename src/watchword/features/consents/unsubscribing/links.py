"""How a link is written by which somebody unsubscribes: nobody keeps it, and nobody can make one.

It names an organisation and a contact point, and outlives the mail that it stood in: whoever finds
an old one must be able to say that it is enough. RFC 8058 asks for no more than that it is hard to
guess; ours is sealed, so that it tells nothing either.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from watchword.features.contacts.rules import ContactId
from watchword.foundation.ids import ID_BYTES, Id, OrganisationId

BELOW: Final = "/u/"
LETTERS: Final = 64
_KEY_OF: Final = b"watchword/unsubscribe/1"
_SIV_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Whose:
    """Who unsubscribes, and from whom."""

    organisation_id: OrganisationId
    contact_id: ContactId


class UnsubscribeLinks:
    """Writes links with the newest version of the key `links`, and reads them with all.

    Another process may have begun to use a version that we have not heard of: it is looked for at
    last, and the keyring sees to it that this is seldom.
    """

    def __init__(self, keys: Mapping[int, bytes], public_url: str) -> None:
        self._keys = keys
        self._newest = max(keys)
        self._boxes = dict[int, AESSIV]()
        self._below = f"{public_url.rstrip('/')}{BELOW}"

    def url(self, whose: Whose) -> str:
        """Give the address that stands in the headers of a mail."""
        named = whose.organisation_id.bytes + whose.contact_id.bytes
        return (
            self._below + urlsafe_b64encode(self._box(self._newest).encrypt(named, None)).decode()
        )

    def read(self, token: str) -> Whose | None:
        """Say whose link it is; nothing, if it is none of ours."""
        if len(token) != LETTERS or not token.isascii():
            return None
        try:
            sealed = urlsafe_b64decode(token)
        except ValueError:
            return None
        known = sorted(self._keys, reverse=True)
        for version in (*known, known[0] + 1):
            try:
                named = self._box(version).decrypt(sealed, None)
            except (KeyError, InvalidTag):
                continue
            organisation, contact = named[:ID_BYTES], named[ID_BYTES:]
            return Whose(OrganisationId(Id(bytes=organisation)), ContactId(Id(bytes=contact)))
        return None

    def _box(self, version: int) -> AESSIV:
        if version not in self._boxes:
            self._boxes[version] = AESSIV(_derived(self._keys[version]))
        return self._boxes[version]


def _derived(key: bytes) -> bytes:
    """Give a key of our own, so that a link to a page is no link of this kind."""
    return HKDF(SHA512(), _SIV_BYTES, None, _KEY_OF).derive(key)
