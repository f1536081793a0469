"""A code that its person is looking at: how a new challenge comes by it, and how it grows old."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from watchword.features.challenges.codebook import NO_CODE, Codebook, Content, Telling
from watchword.features.challenges.codes import STALE, Slip, Stale
from watchword.features.challenges.desk import Desk
from watchword.features.challenges.displays.rules import (
    SHOWN_IN_WALLETS,
    is_stale,
    may_be_taken_over,
)
from watchword.features.challenges.lanes import is_of_scheme, lane_of_call, lane_of_scheme
from watchword.features.challenges.openings import Opening, goes_one_way, in_order
from watchword.features.challenges.rules import (
    Challenge,
    ChallengeId,
    Status,
    choose_channel,
    is_known,
    settled_down,
)
from watchword.features.challenges.terms import is_the_same, may_go_on
from watchword.features.challenges.verdicts import NoWay, TooMany
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.contacts.service import Contacts
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.routing.service import Ask
from watchword.foundation.ids import new_id


@dataclass(frozen=True, slots=True)
class Taken:
    """A code that somebody is looking at, and since when."""

    code: str = field(repr=False)
    since: datetime


def lane_asked_for(opening: Opening, lane: str) -> str:
    """Give the lane of a challenge: that of whoever asks, or of what they ask for."""
    if opening.terms is not None:
        return lane_of_scheme(opening.terms.scheme_id)
    return lane if opening.call_id is None else lane_of_call(opening.call_id)


def first_ask(  # noqa: PLR0917 - all that is asked with
    desk: Desk,
    opening: Opening,
    contact_id: ContactId,
    contact: Contact,
    requester: str | None,
    lane: str,
) -> Ask:
    """Say who is to be reached for the first time."""
    return Ask(
        id=new_id(),
        purpose=opening.purpose,
        contact_id=contact_id,
        contact=contact,
        client=desk.client.actor,
        requester=requester,
        is_known=is_known(lane),
        wanted=opening.channel,
        is_only=goes_one_way(opening),
    )


async def live_under(
    desk: Desk, codebook: Codebook, opening: Opening, contact_id: ContactId, lane: str
) -> Challenge | TooMany | None:
    """Look for what is pending under a scheme already. Call it with the budgets held: who asks
    twice in one moment is sent one code twice."""
    live = await desk.challenges.hold_live(contact_id, opening.purpose, lane)
    desk.is_free = live is None
    if live is None or opening.terms is None:
        return None
    content = await desk.content(codebook, live.id)
    if content.telling is not opening.telling:
        return None
    if not is_the_same(live, content, opening.terms, opening.transaction, desk.now):
        return None
    return may_go_on(live, desk.now) or live


async def reach_again(
    desk: Desk, contacts: Contacts, codebook: Codebook, challenge: Challenge
) -> Contact | OptedOut:
    """Open where a code went, to send it once more; not where somebody wants to hear nothing.

    Of a code that is kept nothing ever leaves: there, they are like everybody else. And of one that
    is over it is said that it is over, whoever it was for.
    """
    place = desk.transaction, desk.id, challenge.contact_id
    contact = await contacts.open_to_write(*place)
    if not isinstance(contact, OptedOut):
        return contact
    content = await desk.content_if_any(codebook, challenge.id)
    is_kept = content is not None and content.telling is Telling.KEPT
    if challenge.status is Status.PENDING and not is_kept:
        return contact
    return await contacts.open(*place)


async def way_again(  # noqa: PLR0917 - all that it is chosen by
    desk: Desk,
    codebook: Codebook,
    challenge: Challenge,
    kind: ContactKind,
    wanted: Channel | None,
    served: Collection[Channel],
) -> Channel | NoWay:
    """Choose how a code is sent once more: as before, if its words are for that channel alone."""
    chosen = choose_channel(kind, wanted or challenge.channel, served)
    if isinstance(chosen, NoWay) or chosen is challenge.channel:
        return chosen
    content = await desk.content_if_any(codebook, challenge.id)
    if content is None:
        return chosen
    is_tied = bool(content.brought) or content.pays is not None
    return NoWay(chosen, (challenge.channel,)) if is_tied else chosen


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
        content = await desk.content(codebook, live.id)
        if may_be_taken_over(live, content, desk.now):
            return Taken(content.code, live.shown_at)
    return None


async def make_way(desk: Desk, codebook: Codebook, opening: Opening, by: Challenge) -> None:
    """Let no code be good any more that was live for the person of a new challenge."""
    for id in in_order(by.contact_id, opening.besides):
        if id == by.contact_id and not opening.ends_unseen:
            await desk.supersede(by)
            if by.purpose not in SHOWN_IN_WALLETS:
                continue  # What is left is of a sale, and there is none.
        live = await desk.challenges.hold_live(id, by.purpose, by.lane)
        if live is not None:
            await _empty(desk, codebook, live)


async def _empty(desk: Desk, codebook: Codebook, live: Challenge) -> None:
    """Leave of a challenge what there would be if nobody were known there: it waits, counts what
    is typed, and grows old. Nothing is right, and nothing more is sent. Without a tag, it is not
    what is live there any more: another one may be."""
    content = await desk.content(codebook, live.id)
    content = msgspec.structs.replace(
        content, code=NO_CODE, before=NO_CODE, telling=Telling.KEPT, copy_to=""
    )
    emptied = replace(live, code_tag=b"", shown_at=None)
    await desk.challenges.save(settled_down(emptied, live.route))
    await desk.challenges.reseal(live.id, codebook.seal(desk.id, live.id, content))
    await desk.hush(live)


def taken_into(content: Content, taken: Taken | None) -> tuple[Content, datetime | None]:
    """Give what a new challenge goes by, and since when its code is shown.

    What is sent has a code of its own, so that it is good for as long as the message says.
    """
    if taken is None:
        return content, None
    if content.telling is Telling.SENT:
        return msgspec.structs.replace(content, before=taken.code), None
    return msgspec.structs.replace(content, code=taken.code), taken.since


async def has_come_back(desk: Desk, codebook: Codebook, judged: Challenge) -> bool:
    """Say whether a right code tells that it arrived. Call it before the code is forgotten: one
    that the application made itself may have been typed by nobody."""
    if judged.status is not Status.VERIFIED:
        return False
    if not is_of_scheme(judged.lane) or judged.route.choice is None:
        # Without a choice nobody goes by it, and each check is spared the look.
        return True
    return not await is_own(desk, codebook, judged.id)


async def is_own(desk: Desk, codebook: Codebook, id: ChallengeId) -> bool:
    """Say whether the application has made a code itself. Call it before the code is forgotten."""
    content = await desk.content_if_any(codebook, id)
    return content is not None and content.is_own


async def unless_stale(
    desk: Desk,
    codebook: Codebook,
    challenge: Challenge,
    typed: str,
    guess: bytes | Slip | None,
) -> bytes | Slip | Stale | None:
    """Tell a code that was shown, and is good no more, from one that is a guess."""
    if not isinstance(guess, bytes) or challenge.purpose not in SHOWN_IN_WALLETS:
        return guess
    if hmac.compare_digest(guess, challenge.code_tag):
        return STALE if is_stale(challenge, desk.now) else guess
    content = await desk.content(codebook, challenge.id)
    return STALE if codebook.was_good(challenge, content, typed) else guess
