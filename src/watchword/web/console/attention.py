"""What needs somebody's attention: found anew with each look, and only what they may see."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watchword.features.abuse.rules import BlockState
from watchword.features.approvals.rules import may_use
from watchword.features.figures.ways.rules import ChannelWays
from watchword.features.staff.passkeys.rules import NoPasskeysHere
from watchword.features.staff.permissions import Permission
from watchword.web.console.approvals import PATH, campaigns_to_agree
from watchword.web.console.campaigns import PATH as CAMPAIGNS
from watchword.web.console.card_page import PATH as CARDS
from watchword.web.console.visits import Visitor

LATELY = timedelta(days=14)
COUNTED_AT_MOST = 25
"""Of so many things it is enough to know that they are many."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Something to look at. `what` says which words the page has for it."""

    what: str
    path: str
    facts: dict[str, str | int | datetime] = field(default_factory=dict)


async def matters(visitor: Visitor, ways: Sequence[ChannelWays]) -> list[Matter]:
    """Give what needs the attention of a visitor; `ways`: as they stand, if they may see them."""
    return [
        *_of_channels(ways),
        *await _of_blocks(visitor),
        *await _of_cards(visitor),
        *await _of_exceptions(visitor),
        *await _of_approvals(visitor),
        *await _of_campaigns(visitor),
        *await _of_permits(visitor),
        *await _of_themselves(visitor),
    ]


def _of_channels(ways: Sequence[ChannelWays]) -> list[Matter]:
    path = "/console/channels"
    if ways and not any(each.is_set_up for each in ways):
        return [Matter("no_channel", path)]
    found: dict[str, Matter] = {}
    for served in (served for each in ways for served in each.served if served.place is not None):
        facts: dict[str, str | int | datetime] = {"provider": served.provider}
        if served.rest is not None:
            found[served.provider] = Matter("resting", path, facts)
        elif served.is_worrying:
            found.setdefault(served.provider, Matter("worrying", path, facts))
    return [*found.values()]


async def _of_blocks(visitor: Visitor) -> list[Matter]:
    if not visitor.admits(Permission.BLOCKS_SEE):
        return []
    page, _ = await visitor.services.abuse.blocks.page(
        visitor.organisation.id, most=COUNTED_AT_MOST, state=BlockState.STANDING
    )
    return _many("blocks", "/console/blocks", len(page.items))


async def _of_cards(visitor: Visitor) -> list[Matter]:
    """Give what customers say not to have been, one by one: somebody else may have their card."""
    if not visitor.admits(Permission.CARDS_EDIT):
        return []
    denied = await visitor.services.cards.register.denied(visitor.organisation.id)
    return [
        Matter("denied", f"{CARDS}/{each.card.id}", {"four": each.card.last_four, "at": each.at})
        for each in denied
    ]


async def _of_exceptions(visitor: Visitor) -> list[Matter]:
    """Give what customers say not to have been there for, and what looks odd lately."""
    if not visitor.may(Permission.OVERRIDES_SEE):
        return []
    services, path = visitor.services, "/console/exceptions"
    since = services.storage.now() - LATELY
    disputed = await services.overrides.disputed(visitor.organisation.id, since, COUNTED_AT_MOST)
    odd = await services.misuse.findings(visitor.organisation)
    return [*_many("disputed", path, len(disputed)), *_many("odd", path, len(odd))]


async def _of_approvals(visitor: Visitor) -> list[Matter]:
    if not visitor.admits(Permission.APPROVALS_DECIDE):
        return []
    page = await visitor.services.configuration.approvals.page(
        visitor.organisation.id, most=COUNTED_AT_MOST, are_open=True
    )
    others = [each for each in page.items if each.author != visitor.actor]
    return _many("approvals", PATH, len(others))


async def _of_campaigns(visitor: Visitor) -> list[Matter]:
    """Give the campaigns that wait for a second person, if it may be whoever looks."""
    return [
        Matter("campaign", f"{CAMPAIGNS}/{each.id}", {"name": each.name})
        for each in await campaigns_to_agree(visitor)
    ]


async def _of_permits(visitor: Visitor) -> list[Matter]:
    """Give what others have agreed to, and whoever looks can do now."""
    approvals, now = visitor.services.configuration.approvals, visitor.services.storage.now()
    pending = await approvals.pending(visitor.organisation.id, visitor.actor)
    return [
        Matter("permit", f"{PATH}/{each.id}", {"kind": each.kind, "until": each.expires_at})
        for each in pending
        if may_use(each, visitor.actor, now)
    ]


async def _of_themselves(visitor: Visitor) -> list[Matter]:
    staff = visitor.services.staff
    if isinstance(staff.passkeys.party, NoPasskeysHere):
        return []
    return (
        [] if await staff.passkeys.of(visitor.visit) else [Matter("no_passkey", "/console/account")]
    )


def _many(what: str, path: str, count: int) -> list[Matter]:
    return [Matter(what, path, {"count": count})] if count else []
