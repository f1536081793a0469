"""How a link of a campaign is written: 26 letters, which are one block of AES-256.

The block is the number of the campaign and the number of the recipient, 64 bits each. Whoever has
no key sees 128 random bits in it, and meets a link that lives as seldom as by drawing them. Nothing
of it rests anywhere: it is made when a message is put together, and opened when somebody calls.
"""

import hashlib
import hmac
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NewType

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

CampaignNumber = NewType("CampaignNumber", int)
"""What a link calls a campaign: drawn, and unique in the whole installation."""
RecipientNumber = NewType("RecipientNumber", int)
"""What a link calls a recipient of a campaign: counted from 1."""

LETTERS: Final = 26
ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Digits and small letters, without those that look like others (Crockford's base 32)."""
SPARE_BITS = 2
"""26 letters have 130 bits, of which the last two are nothing: each link has one spelling."""
MISREAD = str.maketrans({"i": "1", "l": "1", "o": "0"})
"""What somebody types who reads a link aloud, or from paper."""
CAMPAIGNS_BELOW: Final = 2**63
RECIPIENTS_BELOW: Final = 2**40
"""A campaign has fewer. So nearly all that was guessed is known as such, and no table is asked."""

_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_PAIRS: Final = tuple(first + second for first in ALPHABET for second in ALPHABET)
"""Each ten bits as two letters: a campaign writes a million links."""
_PAIR_BITS: Final = 10
_PAIRS_AT: Final = tuple(range(_PAIR_BITS * (LETTERS // 2 - 1), -1, -_PAIR_BITS))
_BLOCK: Final = struct.Struct(">QQ")
_KEY_OF: Final = b"watchword/links/block/1"


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a link may be of: there is such a recipient, or there is not."""

    campaign: CampaignNumber
    recipient: RecipientNumber


class LinkBox:
    """Seals links with the newest version of the key, or with one that is named; opens with all."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        """`keys`: 32 bytes for each version of the key `links`; the highest is the newest."""
        self._keys = keys
        self._newest = max(keys)
        self._locks = dict[int, _Lock]()

    @property
    def newest(self) -> int:
        return self._newest

    def seal(
        self, campaign: CampaignNumber, recipient: RecipientNumber, version: int | None = None
    ) -> str:
        """Write the link of a recipient. `version`: that of the key, which is the same for all
        links of a campaign. Raise `KeyError`, if the keyring does not hold it."""
        if not (0 < campaign < CAMPAIGNS_BELOW and 0 < recipient < RECIPIENTS_BELOW):
            raise ValueError("A campaign or a recipient has no such number.")
        lock = self._lock(self._newest if version is None else version)
        return _written(lock.seal(_BLOCK.pack(campaign, recipient)))

    def open(self, text: str) -> Iterator[Named]:
        """Give whom a link may be of, by the newest key first; nobody, for what is no link.

        Another process may have begun to use a version that we have not heard of: it is looked for
        at last, and the keyring sees to it that this is seldom.
        """
        block = _read(text)
        if block is None:
            return
        known = sorted(self._keys, reverse=True)
        for version in (*known, known[0] + 1):
            try:
                lock = self._lock(version)
            except KeyError:
                continue
            campaign, recipient = _BLOCK.unpack(lock.open(block))
            if 0 < campaign < CAMPAIGNS_BELOW and 0 < recipient < RECIPIENTS_BELOW:
                yield Named(CampaignNumber(campaign), RecipientNumber(recipient))

    def _lock(self, version: int) -> "_Lock":
        if version not in self._locks:
            self._locks[version] = _Lock(self._keys[version])
        return self._locks[version]


class _Lock:
    """One version of the key. A block by itself is all that is ever locked, so no mode is needed:
    no two of them are alike, and none has anything to do with the one before."""

    def __init__(self, key: bytes) -> None:
        # What else is derived of this key must have nothing to do with the block.
        derived = hmac.digest(key, _KEY_OF, hashlib.sha256)
        cipher = Cipher(AES(derived), ECB())  # noqa: S305 - one block is one link
        self.seal: Callable[[bytes], bytes] = cipher.encryptor().update
        self.open: Callable[[bytes], bytes] = cipher.decryptor().update


def tidied(text: str) -> str | None:
    """Give the one spelling of what somebody called; nothing, if it is no link."""
    block = _read(text)
    return None if block is None else _written(block)


def _written(block: bytes) -> str:
    bits = int.from_bytes(block) << SPARE_BITS
    return "".join([_PAIRS[bits >> at & len(_PAIRS) - 1] for at in _PAIRS_AT])


def _read(text: str) -> bytes | None:
    if len(text) != LETTERS or not text.isascii():
        return None
    bits = 0
    for letter in text.lower().translate(MISREAD):
        value = _VALUES.get(letter)
        if value is None:
            return None
        bits = bits << 5 | value
    if bits & (1 << SPARE_BITS) - 1:
        return None
    return (bits >> SPARE_BITS).to_bytes(_BLOCK.size)
