"""What one person alone does not do, where an organisation wants two: above all, make it looser.

Otherwise one who has stolen a session would take down the fences first, and then go through.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from watchword.features.organisations.settings.catalogue import FACTS
from watchword.features.organisations.settings.rules import Difference
from watchword.features.organisations.settings.sections import Access, Approvals, Section
from watchword.foundation.networks import Network, all_read

NEEDS = ("settings", "ledger_export", "person_export", "person_erasure", "bulk", "card_override")
SESSION_LENGTHS = ("idle_minutes", "whole_hours")


@dataclass(frozen=True, slots=True)
class NeedsSecondPerson:
    """The organisation wants somebody else to agree first. `subject` is what to propose."""

    word: ClassVar = "needs_second_person"

    subject: str


def needs_second_person(
    approvals: Approvals, before: Section, after: Section, differences: Sequence[Difference]
) -> bool:
    """Say whether a change has to be approved; `approvals` are those in force now."""
    match before, after:
        case Approvals(), Approvals():
            return is_loosened(before, after)
        case Access(), Access():
            return approvals.settings and is_opened(before, after)
        case _:
            return approvals.settings and touches_everyone(differences)


def touches_everyone(differences: Sequence[Difference]) -> bool:
    """Say whether a change touches every customer, and so is asked for twice."""
    return any(
        FACTS[each.section][each.field].touches_everyone and each.before != each.after
        for each in differences
    )


def is_loosened(before: Approvals, after: Approvals) -> bool:
    """Say whether less needs a second person than before: one alone could then do the rest."""
    more = before.settings and after.campaign_recipients > before.campaign_recipients
    return more or any(getattr(before, need) and not getattr(after, need) for need in NEEDS)


def newly_wanted(before: Section, after: Section) -> tuple[str, ...]:
    """Give what needs a second person from now on, and did not before."""
    if not isinstance(before, Approvals) or not isinstance(after, Approvals):
        return ()
    return tuple(need for need in NEEDS if getattr(after, need) and not getattr(before, need))


def wants_any(approvals: Approvals) -> bool:
    """Say whether an organisation wants a second person for anything at all."""
    return any(getattr(approvals, need) for need in NEEDS)


def is_opened(before: Access, after: Access) -> bool:
    """Say whether staff could come from more places than before, or stay for longer."""
    stays_longer = any(
        _is_longer(getattr(before, name), getattr(after, name)) for name in SESSION_LENGTHS
    )
    return stays_longer or _is_wider(before.networks, after.networks)


def _is_longer(before: int | None, after: int | None) -> bool:
    """Compare limits; without one, that of the operator holds, which is never shorter."""
    return before is not None and (after is None or after > before)


def _is_wider(before: Sequence[str], after: Sequence[str]) -> bool:
    if not before:
        return False  # From everywhere already.
    fences, wished = all_read(before), all_read(after)
    if fences is None or not wished:
        return True  # What cannot be read keeps everybody out, so any list is more than that.
    known = _merged(fences)
    return not all(_is_inside(network, known) for network in wished)


def _merged(networks: Sequence[Network]) -> Sequence[Network]:
    """Put neighbours together, so that two halves are as much as the whole."""
    fours = [each for each in networks if isinstance(each, ipaddress.IPv4Network)]
    sixes = [each for each in networks if isinstance(each, ipaddress.IPv6Network)]
    return [*ipaddress.collapse_addresses(fours), *ipaddress.collapse_addresses(sixes)]


def _is_inside(network: Network, known: Sequence[Network]) -> bool:
    return any(
        each.version == network.version
        and int(each.network_address) <= int(network.network_address)
        and int(network.broadcast_address) <= int(each.broadcast_address)
        for each in known
    )
