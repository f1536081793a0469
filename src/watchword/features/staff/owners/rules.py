"""Who may be made an owner from outside, and how that can end."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchword.features.staff.links.rules import Link
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant, StaffMember, StaffState, owns
from watchword.foundation.secret import Secret

OWNER = Grant(Role.OWNER)


@dataclass(frozen=True, slots=True)
class Printed:
    """An address that signs an owner in, for whoever stands at the machine."""

    member: StaffMember
    link: Link
    address: Secret


@dataclass(frozen=True, slots=True)
class OwnedAlready:
    """There is an owner, who lets others in. `masked`: the address of one, as others may see it."""

    masked: str


def may_own(everybody: Sequence[StaffMember], wanted: StaffMember | None) -> OwnedAlready | None:
    """Decide whether somebody may be made an owner: where there is none, or who is one already."""
    owner = next((each for each in everybody if owns(each.state, each.grants)), None)
    if owner is None or (wanted is not None and OWNER in wanted.grants):
        return None
    return OwnedAlready(owner.masked)


def as_owner(member: StaffMember) -> tuple[StaffState, tuple[Grant, ...]]:
    """Give what somebody is as an owner. Whoever was shut out has to come in anew."""
    is_out = member.state is StaffState.DISABLED
    grants = member.grants if OWNER in member.grants else (OWNER,)
    return StaffState.INVITED if is_out else member.state, grants
