"""The keys that mail is signed with, and what must be published of them."""

import base64
import os
import re
import stat
from pathlib import Path
from typing import Final, TypeAlias, assert_never

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from watchword.foundation.errors import WatchwordError
from watchword.foundation.secret import Secret
from watchword.providers.channels.email.mail import is_domain

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
SELECTOR: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?")
FEWEST_BITS, MOST_BITS = 2048, 4096
LARGEST_KEY_FILE = 64 * 1024

PrivateKey: TypeAlias = RSAPrivateKey | Ed25519PrivateKey


class DkimKeyUnfit(WatchwordError):
    """There is no key to sign with; the message says why, and quotes nothing of it."""


class DkimSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    domain: str
    """The domain that signs: that of the sender, one above it, or one below it."""
    selector: str
    """The name of the key. It is published at SELECTOR._domainkey.DOMAIN."""
    key_file: str | None = None
    """The private key in PEM, in a file that its owner alone may read: this,"""
    key: Secret | None = None
    """or the same text itself."""

    def __post_init__(self) -> None:
        if not is_domain(self.domain) or "." not in self.domain or ".." in self.domain:
            raise ValueError("`dkim.domain` must be a domain, such as bank.example.")
        if not SELECTOR.fullmatch(self.selector) or ".." in self.selector:
            raise ValueError("`dkim.selector` must be a name of letters and digits, such as w1.")
        if (self.key_file is None) == (self.key is None):
            raise ValueError("Give either `dkim.key_file` or `dkim.key`.")

    def is_aligned_with(self, domain: str) -> bool:
        """Say whether DMARC, unless it is strict, takes this for the domain of the sender."""
        ours, theirs = self.domain.lower(), domain.lower()
        return ours == theirs or ours.endswith(f".{theirs}") or theirs.endswith(f".{ours}")


class DnsRecord(msgspec.Struct, frozen=True):
    """What the domain must publish, so that others can check our signatures."""

    name: str
    type: str
    value: str

    @property
    def zone_line(self) -> str:
        """Write it as name servers read it: no string in it may be longer than 255."""
        strings = [f'"{self.value[at : at + 250]}"' for at in range(0, len(self.value), 250)]
        return f"{self.name}. IN {self.type} ( {' '.join(strings)} )"


def key_of(settings: DkimSettings) -> PrivateKey:
    """Load the key, and look whether it can sign; raise `DkimKeyUnfit` if it cannot."""
    return load_key(settings.key.reveal().encode() if settings.key else _read(settings.key_file))


def _read(key_file: str | None) -> bytes:
    path = Path(key_file or "")
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(LARGEST_KEY_FILE)
    except OSError as fault:
        raise DkimKeyUnfit(f"The DKIM key at {path} cannot be read: {fault.strerror}.") from None
    if mode & OTHERS:
        raise DkimKeyUnfit(f"Others may read the DKIM key at {path}. Close it: chmod 600 {path}")
    return content


def load_key(pem: bytes) -> PrivateKey:
    """Take a key that all who check mail can use; raise `DkimKeyUnfit`, with what to do."""
    advice = "Make one: openssl genrsa -out dkim.pem 2048"
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # What it says of a mistake may quote the key. A key under a password is none for us.
        raise DkimKeyUnfit(f"The DKIM key is no private key in PEM. {advice}") from None
    match key:
        case Ed25519PrivateKey():
            return key
        case RSAPrivateKey() if FEWEST_BITS <= key.key_size <= MOST_BITS:
            return key
        case RSAPrivateKey():
            raise DkimKeyUnfit(
                f"The DKIM key has {key.key_size} bits; it must have {FEWEST_BITS} to {MOST_BITS}, "
                f"or others do not trust it, or cannot check it. {advice}"
            )
        case _:
            raise DkimKeyUnfit(f"The DKIM key is of a kind that mail does not know. {advice}")


def record_for(domain: str, selector: str, key: PrivateKey) -> DnsRecord:
    kind, public = public_half(key)
    value = f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode()}"
    return DnsRecord(f"{selector}._domainkey.{domain}", "TXT", value)


def public_half(key: PrivateKey) -> tuple[str, bytes]:
    """Give the kind of a key as DKIM calls it, and its public half as it is published."""
    match key:
        case RSAPrivateKey():
            form = PublicFormat.SubjectPublicKeyInfo
            return "rsa", key.public_key().public_bytes(Encoding.DER, form)
        case Ed25519PrivateKey():
            return "ed25519", key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        case _:
            assert_never(key)
