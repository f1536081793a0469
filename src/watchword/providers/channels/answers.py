"""What providers answer, as tables: what was said, what it means, and the word we have for it.

A key of a table is what was said, as we write it: `HTTP 429`, `HTTP 4xx`, `Twilio 21610`. The
manual shows each table, and a test compares the two.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias, assert_never

from watchword.features.delivery.rules import (
    Accepted,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)

STATUS_CLASS = 100


class Meaning(StrEnum):
    """What an answer means for the message."""

    TAKEN = "taken"
    PERMANENT = "permanent"
    """It will never be taken: not there, not so, not from us."""
    TEMPORARY = "temporary"
    """It was surely not taken now; later, or elsewhere, it may be."""
    RECIPIENT = "recipient"
    """It was surely not taken now, and others need not fare so: this mailbox is full.

    What a stranger can bring about by the address that they give is never more than this.
    """
    UNCLEAR = "unclear"
    """It may have been taken, and nobody can tell."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`reason` is a short word of ours for logs and traces; it quotes nothing that was said."""

    meaning: Meaning
    reason: str


Answers: TypeAlias = Mapping[str, Answer]

ANY_HTTP: Answers = {
    "HTTP 2xx": Answer(Meaning.TAKEN, "taken"),
    "HTTP 3xx": Answer(Meaning.PERMANENT, "redirect"),
    "HTTP 4xx": Answer(Meaning.PERMANENT, "HTTP 4xx"),
    "HTTP 5xx": Answer(Meaning.UNCLEAR, "HTTP 5xx"),
    "HTTP 401": Answer(Meaning.TEMPORARY, "authentication refused"),
    "HTTP 403": Answer(Meaning.TEMPORARY, "authentication refused"),
    "HTTP 408": Answer(Meaning.TEMPORARY, "HTTP 408"),
    "HTTP 429": Answer(Meaning.TEMPORARY, "HTTP 429"),
    "HTTP 503": Answer(Meaning.TEMPORARY, "HTTP 503"),
}
"""What a status alone says, where a provider has said nothing else about it.

Whoever refuses our key has not taken the message, and the operator can mend that.
"""


def look_up(answers: Answers, status: int, *said: str) -> Answer:
    """Find what an answer means: by what was said, the most telling first, else by the status.

    `said` are words of ours such as `Twilio 21610`, made of numbers that were read strictly:
    where only the family of the status is known, the first of them becomes the reason.
    """
    family = f"HTTP {status // STATUS_CLASS}xx"
    words = (*said, f"HTTP {status}")
    found = first_known([answers, ANY_HTTP], (*words, family), words[0])
    return found or Answer(Meaning.UNCLEAR, words[0])


def first_known(tables: Sequence[Answers], words: Sequence[str], reason: str) -> Answer | None:
    """Find the first word that a table has. The last one is a family: its answer gets a `reason`.

    A table may have a better word for a whole family; then that is the reason.
    """
    for word in words:
        for table in tables:
            if word in table:
                answer = table[word]
                return replace(answer, reason=reason) if answer.reason == words[-1] else answer
    return None


def by_number(
    provider: str,
    permanent: Mapping[str, Collection[int]],
    temporary: Mapping[str, Collection[int]],
    recipient: Mapping[str, Collection[int]] | None = None,
) -> Answers:
    """Make a table of a provider that answers by numbers, from those that mean the same."""
    groups = (
        (Meaning.PERMANENT, permanent),
        (Meaning.TEMPORARY, temporary),
        (Meaning.RECIPIENT, recipient or {}),
    )
    return {
        f"{provider} {number}": Answer(meaning, word)
        for meaning, words in groups
        for word, numbers in words.items()
        for number in numbers
    }


def outcome(
    answer: Answer, *, reference: str | None = None, retry_after: timedelta | None = None
) -> SendOutcome:
    """Say what became of a message."""
    match answer.meaning:
        case Meaning.TAKEN:
            return Accepted(reference)
        case Meaning.PERMANENT:
            return Refused(answer.reason)
        case Meaning.TEMPORARY:
            return Unavailable(answer.reason, retry_after)
        case Meaning.RECIPIENT:
            return Unavailable(answer.reason, retry_after, recipient=True)
        case Meaning.UNCLEAR:
            return Uncertain(answer.reason)
        case _:
            assert_never(answer.meaning)
