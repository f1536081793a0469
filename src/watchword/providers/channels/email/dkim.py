"""DKIM: mail is signed with a key of the sender's domain, so that nobody can change it on its way.

The rules are RFC 6376, and RFC 8463 for Ed25519. What is signed is what leaves us, byte for byte.
"""

import base64
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, assert_never

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from watchword.providers.channels.email.dkim_keys import (
    DkimSettings,
    DnsRecord,
    PrivateKey,
    key_of,
    public_half,
    record_for,
)
from watchword.providers.channels.email.mail import Mail

SEALED: Final = (
    *("from", "to", "cc", "reply-to", "subject", "date", "message-id"),
    *("mime-version", "content-type", "content-transfer-encoding"),
)
"""Headers of which a mail has one at most. They are named once more than they are there, so that
nobody can add another, which some readers would show in the place of ours."""

ALSO_SIGNED: Final = (
    *("auto-submitted", "content-language", "list-id", "list-help"),
    *("list-unsubscribe", "list-unsubscribe-post"),
)

END_OF_LINE: Final = re.compile(rb"\r\n(?![ \t])")
GAP: Final = re.compile(rb"[ \t]+")
GAP_AT_END: Final = re.compile(rb"[ \t]+(?=\r\n|\Z)")
WIDTH: Final = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    domain: str
    selector: str
    key: PrivateKey = field(repr=False)

    def sign(self, mail: Mail, now: datetime) -> Mail:
        """Put a signature before everything else."""
        head, _, body = mail.content.partition(b"\r\n\r\n")
        lines = {field_name(line): line for line in END_OF_LINE.split(head)}
        names = [*signed_names(lines)]
        unsigned = self._header(names, digest(relaxed_body(body)), now)
        there = [relaxed_header(lines[each]) for each in dict.fromkeys(names) if each in lines]
        covered = b"\r\n".join([*there, relaxed_header(unsigned)])
        signature = _folded(base64.b64encode(_sign(self.key, covered)).decode())
        return replace(mail, content=unsigned + signature.encode() + b"\r\n" + mail.content)

    @property
    def record(self) -> DnsRecord:
        return record_for(self.domain, self.selector, self.key)

    def _header(self, names: Iterable[str], body_hash: bytes, now: datetime) -> bytes:
        """Write all of the header but the signature itself, which stands behind it."""
        kind, _ = public_half(self.key)
        lines = [
            f"DKIM-Signature: v=1; a={kind}-sha256; c=relaxed/relaxed; q=dns/txt;",
            f"d={self.domain};",
            f"s={self.selector}; t={int(now.timestamp())};",
            *_rows(names),
            f"bh={base64.b64encode(body_hash).decode()};",
            "b=",
        ]
        return "\r\n ".join(lines).encode()


def open_signer(settings: DkimSettings) -> Signer:
    """Load the key once, and look whether it can sign; raise `DkimKeyUnfit` if it cannot."""
    key = key_of(settings)
    return Signer(domain=settings.domain.lower(), selector=settings.selector, key=key)


def field_name(line: bytes) -> str:
    return line.partition(b":")[0].strip().decode("ascii", "replace").lower()


def digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def relaxed_header(line: bytes) -> bytes:
    """Write a header so that it stays the same when servers fold it otherwise (section 3.4.2)."""
    value = line.partition(b":")[2].replace(b"\r\n", b"")
    return field_name(line).encode() + b":" + GAP.sub(b" ", value).strip(b" ")


def relaxed_body(body: bytes) -> bytes:
    """Write a body so that gaps and empty lines at the end count for nothing (section 3.4.4)."""
    without_end = GAP.sub(b" ", GAP_AT_END.sub(b"", body)).rstrip(b"\r\n")
    return without_end + b"\r\n" if without_end else b""


def signed_names(there: Collection[str]) -> Iterator[str]:
    """Name what is signed. What is named once more than it is there cannot be added later."""
    yield from (each for each in (*SEALED, *ALSO_SIGNED) if each in there)
    yield from SEALED


def _rows(names: Iterable[str]) -> Iterator[str]:
    row = "h="
    for each in names:
        if len(row) + len(each) > WIDTH:
            yield row
            row = ""
        row += each if row == "h=" else f":{each}"
    yield f"{row};"


def _folded(text: str) -> str:
    return "\r\n ".join(text[at : at + WIDTH] for at in range(0, len(text), WIDTH))


def _sign(key: PrivateKey, content: bytes) -> bytes:
    match key:
        case RSAPrivateKey():
            return key.sign(content, PKCS1v15(), SHA256())
        case Ed25519PrivateKey():
            return key.sign(digest(content))
        case _:
            assert_never(key)
