"""For how long things are kept: a few classes, and what each stands for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

DAY = timedelta(days=1)


class Keep(StrEnum):
    """A class of things that are kept equally long. The manual explains each."""

    VERIFIERS = "verifiers"
    """What a code or a link is known by, and codes that wait to be sent."""
    ANSWERS = "answers"
    """Answers that are given again to the same request."""
    COUNTS = "counts"
    """How much there was a moment ago, for limits."""
    MONTHLY_COUNTS = "monthly_counts"
    """Letters, of which there are so many in a month."""
    TRACES = "traces"
    """Starts and blocks, on which rules against abuse are tried."""
    FIGURES = "figures"
    INBOXES = "inboxes"
    LETTERBOXES = "letterboxes"
    WEBHOOKS = "webhooks"
    ADDRESSES = "addresses"
    """Network addresses as they are."""
    SESSIONS = "sessions"
    DELIVERIES = "deliveries"
    """Messages and what became of them; and who and what a challenge was for."""
    CONTACTS = "contacts"
    """Contact points that nothing refers to any more, with the keys of their persons."""
    FORMER = "former"
    """Contact points that were taken from customers: whoever works here and had one verifies no
    card of theirs."""
    EVIDENCE = "evidence"
    """That somebody was asked and what the verdict was, without what identifies them."""
    FOR_GOOD = "for_good"
    """The ledger, and who wants to hear no more: they are there to outlast everything else."""
    AS_LONG_AS_USED = "as_long_as_used"
    """What an organisation has set up. Somebody takes it away when it is not wanted any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the operator may choose, in days."""

    deliveries: int = 90
    addresses: int = 30
    evidence: int = 400
    traces: int = 30


BOUNDS: Mapping[str, tuple[int, int]] = {
    "deliveries": (1, 400),
    "addresses": (1, 90),
    "evidence": (1, 3650),
}
"""The least and the most days. More would be a store of data on people, and no protection."""


def find_faults(chosen: Chosen) -> Iterator[str]:
    """Look for what may not be chosen."""
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(chosen, name) <= most:
            yield f"{name}_days is {least} to {most}."
    if chosen.evidence < chosen.deliveries:
        yield "evidence_days is no less than deliveries_days: first a challenge is made bare."


Periods = Mapping[Keep, timedelta]
"""How long each class is kept. What is kept for good has no place here."""


def periods(chosen: Chosen) -> Periods:
    return {
        Keep.VERIFIERS: DAY,
        Keep.ANSWERS: DAY,
        Keep.COUNTS: 2 * DAY,
        Keep.MONTHLY_COUNTS: 30 * DAY,
        Keep.TRACES: chosen.traces * DAY,
        Keep.FIGURES: 8 * DAY,
        Keep.INBOXES: DAY,
        Keep.LETTERBOXES: 31 * DAY,
        Keep.WEBHOOKS: 30 * DAY,
        Keep.ADDRESSES: chosen.addresses * DAY,
        Keep.SESSIONS: 60 * DAY,
        Keep.DELIVERIES: chosen.deliveries * DAY,
        Keep.CONTACTS: chosen.deliveries * DAY,
        Keep.FORMER: 90 * DAY,
        Keep.EVIDENCE: chosen.evidence * DAY,
    }
