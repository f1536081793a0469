"""Tickets: what a page that somebody may see says instead of the addresses of its pictures.

A browser fetches pictures by requests of their own, which bring no proof. So each address carries a
ticket: which picture, in which width, until when, whether for somebody who sees drafts, and a MAC.
It is written when a page is opened for a `Leave`, opens this one picture for a quarter of an hour,
and names nobody.
"""

import base64
import binascii
import hmac
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchword.features.pages.blocks import PictureId
from watchword.features.pages.locks import DerivedKeys
from watchword.foundation.clock import EPOCH
from watchword.foundation.framing import framed
from watchword.foundation.ids import Id, OrganisationId

LIVES = timedelta(minutes=15)
FOR_TICKETS = framed("watchword/page-tickets/1")
BODY = struct.Struct(">H16sHI?")
MAC_BYTES = 16
FILLED = 4 * -(-(BODY.size + MAC_BYTES) // 3)
LETTERS = -(-8 * (BODY.size + MAC_BYTES) // 6)
"""Base64 without what fills it up to `FILLED`, which not every reader of addresses lets be."""
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Ticket:
    picture_id: PictureId
    width: int
    of_draft: bool = False
    """Whether it was written for somebody who sees a page also while nobody else does."""


class TicketBox:
    """Writes tickets and reads them. All that are written in one second say the same until when."""

    def __init__(self, links: Mapping[int, bytes]) -> None:
        """`links`: the versions of the key `links` of the keyring."""
        self._keys = DerivedKeys(links, FOR_TICKETS)
        self._newest = max(links)

    def write(self, organisation_id: OrganisationId, ticket: Ticket, now: datetime) -> str:
        until = (now + LIVES - EPOCH) // SECOND
        body = BODY.pack(
            self._newest, ticket.picture_id.bytes, ticket.width, until, ticket.of_draft
        )
        mac = self._mac(self._newest, organisation_id, body)
        return base64.urlsafe_b64encode(body + mac).decode()[:LETTERS]

    def read(self, organisation_id: OrganisationId, written: str, now: datetime) -> Ticket | None:
        """Give what a ticket opens now; nothing, if it is not ours or its time is over."""
        if len(written) != LETTERS:
            return None
        try:
            filled = written.ljust(FILLED, "=")
            content = base64.b64decode(filled, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        body, mac = content[: BODY.size], content[BODY.size :]
        version, picture, width, until, of_draft = BODY.unpack(body)
        try:
            right = self._mac(version, organisation_id, body)
        except KeyError:
            return None
        if not hmac.compare_digest(mac, right) or (now - EPOCH) // SECOND >= until:
            return None
        return Ticket(PictureId(Id(bytes=picture)), width, of_draft)

    def _mac(self, version: int, organisation_id: OrganisationId, body: bytes) -> bytes:
        content = framed(organisation_id.bytes, body)
        return hmac.digest(self._keys[version], content, "sha256")[:MAC_BYTES]
