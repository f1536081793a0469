"""What a line of a statement is: a transfer, and the names of what it was for.

The ledger keeps ids alone. A reward that was renamed since is called as it is called now, and what
has no name any more stands without one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from watchword.features.customers.accounts.rules import AccountId
from watchword.features.organisations.rules import LocationId
from watchword.features.points.ledger import Transfer, change_of
from watchword.features.rewards.rules import name_among


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What points were put by for: a reward, and where. `was_spent`: whether it was handed out,
    which stays true of what was given back later."""

    names: Mapping[str, str]
    place: str | None = None
    was_spent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the ids of some transfers stand for."""

    subjects: Mapping[UUID, Subject] = field(default_factory=dict)
    places: Mapping[LocationId, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`change` is what became of what can be spent; `rules` are called as staff call them."""

    transfer: Transfer
    change: int
    subject: Subject | None = None
    place: str | None = None
    rules: tuple[str, ...] = ()

    def reward(self, locale: str) -> str | None:
        """Give the reward that it was for, in a language."""
        return None if self.subject is None else name_among(self.subject.names, locale)

    @property
    def was_spent(self) -> bool:
        return self.subject is not None and self.subject.was_spent


def lines(transfers: Iterable[Transfer], account_id: AccountId, names: Names) -> Sequence[Line]:
    """Put transfers and names together, in the order of the transfers."""
    return [_line(each, account_id, names) for each in transfers]


def _line(transfer: Transfer, account_id: AccountId, names: Names) -> Line:
    id, location_id = transfer.redemption_id, transfer.location_id
    subject = None if id is None else names.subjects.get(id)
    place = None if location_id is None else names.places.get(location_id)
    return Line(
        transfer=transfer,
        change=change_of(transfer, account_id),
        subject=subject,
        place=place or (subject.place if subject else None),
        rules=tuple(names.rules[each] for each in transfer.rules if each in names.rules),
    )
