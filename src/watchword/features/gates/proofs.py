"""What a page carries on, for there is no cookie: that somebody was let through, sealed.

It stands in a hidden field of the page that a right answer brings, and comes back with the press of
a button. It says for whom, and until when. What it was made for is part of it: who has typed the
end of a number only gets as far as the code, and a preview opens nothing that lives.
"""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final, TypeAlias

from watchword.features.campaigns.links.rules import CampaignNumber, Named, RecipientNumber
from watchword.features.gates.passes.rules import PassId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.sealing import Place, SealBroken, Sealer
from watchword.foundation.secret import Secret

LIFE: Final = timedelta(minutes=30)
"""How long one may look at a page before its buttons lead back to the gate."""
LENGTH_AT_MOST: Final = 200
_FORM: Final = struct.Struct(">B16sQ")
_PAIR: Final = struct.Struct(">QQ")


class Good(IntEnum):
    """What a proof is good for."""

    CODE = 1
    """To type the code: the age was said, and the end of the number typed."""
    CONTENT = 2
    """To press what is on the page."""
    VIEWING = 3
    """The same, for whoever holds a pass."""


About: TypeAlias = Named | PassId


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Who was let through what. `about`: a link, or a pass. `locale`: the language of the page
    that somebody looks at by a pass; recipients have one of their own."""

    good: Good
    about: About
    until: datetime
    locale: str = ""


def written(proof: Proof, sealer: Sealer, organisation_id: OrganisationId) -> Secret:
    if isinstance(proof.about, Named):
        about = _PAIR.pack(proof.about.campaign, proof.about.recipient)
    else:
        about = proof.about.bytes
    content = _FORM.pack(proof.good, about, to_microseconds(proof.until)) + proof.locale.encode()
    sealed = sealer.seal(content, place_of(organisation_id))
    return Secret(base64.urlsafe_b64encode(sealed).decode().rstrip("="))


def reread(
    text: str, sealer: Sealer, organisation_id: OrganisationId, now: datetime
) -> Proof | None:
    """Read what came back with a form; nothing, for what we did not write, or no longer mean."""
    if not text or len(text) > LENGTH_AT_MOST or not text.isascii():
        return None
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        content = sealer.open(sealed, place_of(organisation_id))
        good, about, until = _FORM.unpack_from(content)
        proof = Proof(
            good=Good(good),
            about=_about(Good(good), about),
            until=from_microseconds(until),
            locale=content[_FORM.size :].decode(),
        )
    except (ValueError, binascii.Error, struct.error, SealBroken):
        return None
    return proof if now < proof.until else None


def place_of(organisation_id: OrganisationId) -> Place:
    """Say what a proof is sealed for. It rests nowhere, so this names no table."""
    return Place(organisation_id, "gate_proofs", "content", "")


def _about(good: Good, content: bytes) -> About:
    if good is Good.VIEWING:
        return PassId(Id(bytes=content))
    campaign, recipient = _PAIR.unpack(content)
    return Named(CampaignNumber(campaign), RecipientNumber(recipient))
