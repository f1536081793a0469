"""The addresses that mail comes back to: another one for each message, with a mark in it.

Nobody else can make such a mark, so that nobody can say of a message that it came back who did not
have it in hand.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final
from uuid import UUID

from watchword.features.delivery.rules import MessageId, ProviderName
from watchword.foundation.framing import framed
from watchword.foundation.ids import ID_BYTES, Id
from watchword.foundation.secret import Secret
from watchword.providers.channels.email.mail import to_wire

MAC_BYTES = 9
"""72 bits, of which every guess takes a mail. With the id they make 40 letters, and none is left
over that could be changed without being noticed. Servers may change the case of letters."""
LONGEST_LOCAL, MARK_LENGTH = 64, 40
MARK: Final = re.compile(r"(?<![a-z2-7])[a-z2-7]{40}(?![a-z2-7])")
LONGEST_TEXT, MOST_MARKS = 2000, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPaths:
    """Where mail of one provider comes back to, if it does."""

    provider: ProviderName
    address: str
    secret: Secret

    def mark(self, id: MessageId) -> str:
        return base64.b32encode(id.bytes + self._mac(id)).decode().lower()

    def address_for(self, id: MessageId) -> str:
        local, _, domain = self.address.rpartition("@")
        return f"{local}+{self.mark(id)}@{domain}"

    def find(self, texts: Iterable[str]) -> MessageId | None:
        """Give the message whose mark stands in one of the texts, if the mark is ours."""
        marks = (mark for text in texts for mark in MARK.findall(text[:LONGEST_TEXT].lower()))
        for mark in islice(marks, MOST_MARKS):
            written = base64.b32decode(mark.upper())
            id = MessageId(Id(bytes=written[:ID_BYTES]))
            if hmac.compare_digest(written[ID_BYTES:], self._mac(id)):
                return id
        return None

    def _mac(self, id: UUID) -> bytes:
        content = framed("watchword bounce 1", self.provider, id.bytes)
        return hmac.digest(self.secret.reveal().encode(), content, hashlib.sha256)[:MAC_BYTES]


def read_return_path(address: str) -> str:
    """Read an address into which a mark fits, and write its domain for the wire."""
    try:
        wire = to_wire(address)
    except (ValueError, IndexError):
        wire = None
    if wire is None or not (wire.username.isascii() and wire.username.isprintable()):
        raise ValueError("`bounce_address` must be an address, such as bounces@bank.example.")
    if len(wire.username) > LONGEST_LOCAL - len("+") - MARK_LENGTH:
        raise ValueError(
            "`bounce_address` is too long before the @: no more than 23 characters go there, "
            "since a mark of 41 is added."
        )
    return wire.addr_spec
