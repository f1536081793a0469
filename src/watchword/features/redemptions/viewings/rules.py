"""Who may see the code of a customer who is not the one to show it.

It is an exception: there is a reason for it, it stands in the ledger and in reports, and the
customer hears of it at once and can object. Nobody does it for themselves, or for those they live
with.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeAlias

from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.sections import Rank
from watchword.features.organisations.settings.sections import Redemption as Settings
from watchword.features.staff.permissions import Permission, Role, how
from watchword.features.staff.rules import Grant
from watchword.features.tills.rules import (
    Closed,
    Proof,
    Shut,
    State,
    TillSession,
    closed,
    is_open,
)


@dataclass(frozen=True, slots=True)
class ProvenAlready:
    """The customer has shown that they are there; nothing has to stand in for that."""

    word: ClassVar = "proven_already"


ADMITTED: Mapping[Rank, frozenset[Role]] = {
    Rank.CLERK: frozenset({Role.CLERK, Role.MANAGER, Role.OWNER}),
    Rank.MANAGER: frozenset({Role.MANAGER, Role.OWNER}),
    Rank.OWNER: frozenset({Role.OWNER}),
}


Refused: TypeAlias = Closed | ProvenAlready | Shut


def may_pull_up(grants: Iterable[Grant], location: LocationId | None, settings: Settings) -> bool:
    """Say whether somebody may see codes at a location: from the role on that its settings name."""
    roles = {each.role for each in grants if each.reaches(location)}
    permitted = {role for role in roles if how(role, Permission.WALLETS_PULL_UP)}
    return bool(permitted & ADMITTED[settings.wallets_pulled_up_from])


def find_refusal(session: TillSession, settings: Settings, now: datetime) -> Refused | None:
    """Say why a code cannot be shown in a sale, whoever asks."""
    if over := closed(session, now):
        return over
    if session.state is State.PROVEN:
        return ProvenAlready()
    return None if is_open(session.kind, Proof.WALLET_CODE, settings) else Shut()
