"""How a new challenge comes by a code that its person is looking at already."""

from dataclasses import dataclass, field
from datetime import datetime

from watchword.features.challenges.codebook import Codebook
from watchword.features.challenges.desk import Desk
from watchword.features.challenges.displays.rules import SHOWN_IN_WALLETS, may_be_taken_over
from watchword.features.challenges.openings import Opening, in_order
from watchword.features.contacts.rules import ContactId


@dataclass(frozen=True, slots=True)
class Taken:
    """A code that somebody is looking at, and since when."""

    code: str = field(repr=False)
    since: datetime


async def take_over(
    desk: Desk,
    codebook: Codebook,
    opening: Opening,
    contact_id: ContactId,
    lane: str,
    *,
    length: int,
) -> Taken | None:
    """Give the code that its person is looking at, if it may be that of a new challenge."""
    if opening.purpose not in SHOWN_IN_WALLETS:
        return None
    for id in in_order(contact_id, opening.besides):
        live = await desk.challenges.hold_live(id, opening.purpose, lane)
        if live is None or live.shown_at is None or live.code_length != length:
            continue
        sealed = await desk.challenges.sealed(live.id)
        content = codebook.unseal(desk.id, live.id, sealed or b"")
        if may_be_taken_over(live, content, desk.now):
            return Taken(content.code, live.shown_at)
    return None
