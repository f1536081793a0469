"""What was done to a card besides proving it: why it stopped, and why it works again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watchword.features.audit.rules import Action, Dated, Entry


class What(StrEnum):
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    DELETED = "deleted"
    FROZEN = "frozen"
    THAWED = "thawed"


TOLD: Mapping[Action, What] = {
    Action.CARD_BLOCKED: What.BLOCKED,
    Action.CARD_UNBLOCKED: What.UNBLOCKED,
    Action.CARD_DELETED: What.DELETED,
}
CHANGED = frozenset({What.FROZEN, What.THAWED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that was done, as the ledger has it. `reason` is in the words of whoever did it."""

    what: What
    actor: str
    at: datetime
    reason: str = field(default="", repr=False)


def deeds_of(entries: Sequence[Dated]) -> Iterator[Deed]:
    """Give what was done to a card, in the order of the ledger."""
    reasons = {
        (each.at, each.entry.action): str(each.entry.details.get("reason", "")) for each in entries
    }
    by_hand = {What.FROZEN: Action.CARD_FROZEN, What.THAWED: Action.CARD_THAWED}
    for each in entries:
        what = _what(each.entry)
        if what is not None:
            action = by_hand.get(what, each.entry.action)
            reason = reasons.get((each.at, action), "")
            yield Deed(what=what, actor=each.entry.actor, at=each.at, reason=reason)


def _what(entry: Entry) -> What | None:
    if entry.action is not Action.CARD_CHANGED:
        return TOLD.get(entry.action)
    said = entry.details.get("what")
    return What(str(said)) if said in CHANGED else None
