"""By what the pages of customers call a contact point: a name that says nothing by itself.

An id says when its row was made. Whoever registers with a stranger's number, or adds it to what is
theirs, must not read from a form since when somebody is known there, or that nobody is.
"""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

from watchword.features.contacts.rules import ContactId
from watchword.foundation.framing import framed

LETTERS: Final = 32


def name_of(token: str, id: ContactId) -> str:
    """Name a contact point for the pages that carry a token: on no other pages it is called so."""
    return hashlib.sha256(framed("watchword/named/1", token, id.bytes)).hexdigest()[:LETTERS]


def named(name: str, token: str, among: Iterable[ContactId]) -> ContactId | None:
    """Give which of some contact points a form means; nothing, if it is none of them."""
    said = name.encode(errors="surrogatepass")
    return next(
        (each for each in among if hmac.compare_digest(name_of(token, each).encode(), said)), None
    )
