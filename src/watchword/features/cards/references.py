"""References: what a customer shows or says, and the words by which both know what they speak of.

A reference is no secret and proves nothing: it finds a card that waits to be verified, for a day.
The words stand on both screens. Staff say the first and hear the second, so that neither speaks of
another card, or to somebody who only pretends to see the screen.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from watchword.foundation.secret import Secret

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without I, L, O, 0 and 1, which are taken for each other."""

LENGTH = 6
LIFE = timedelta(hours=24)
TYPED_AT_MOST = 32
GAPS = str.maketrans("", "", " -·.")

WORDS = (
    *("Alibi", "Arena", "Arm", "Aroma", "Atlas", "Ball", "Bandit", "Banjo", "Basalt", "Bonus"),
    *("Butter", "Cello", "Computer", "Delta", "Domino", "Drama", "Echo", "Film", "Finger"),
    *("Flamingo", "Gala", "Gecko", "Gold", "Gorilla", "Hammer", "Hand", "Hotel", "Iris"),
    *("Jaguar", "Joker", "Judo", "Karma", "Kimono", "Kiwi", "Koala", "Lava", "Mango", "Museum"),
    *("Nest", "Orange", "Panda", "Park", "Pasta", "Pilot", "Pizza", "Polo", "Pony", "Puma"),
    *("Radio", "Ring", "Rose", "Safari", "Salami", "Samba", "Sand", "Sauna", "Silo", "Sofa"),
    *("Tango", "Taxi", "Tiger", "Tornado", "Winter", "Zebra"),
)
"""Words that mean the same and are spelled alike in German and English: each reads their own."""

Draw = Callable[[int], int]
"""Gives an unpredictable number, from 0 up to but not including its argument."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What both screens show. Staff say the `ours`, the customer answers with `theirs`."""

    ours: str = field(repr=False)
    theirs: str = field(repr=False)


def draw_reference(draw: Draw) -> Secret:
    return Secret("".join(ALPHABET[draw(len(ALPHABET))] for _ in range(LENGTH)))


def draw_proof(draw: Draw) -> Proof:
    """Draw two words that differ."""
    first, second = draw(len(WORDS)), draw(len(WORDS) - 1)
    return Proof(WORDS[first], WORDS[second if second < first else second + 1])


def read_reference(typed: str) -> Secret | None:
    """Read a reference as people type it, or as a scanner does; nothing, if it cannot be one."""
    if len(typed) > TYPED_AT_MOST:
        return None
    marks = typed.strip().translate(GAPS).upper()
    is_one = len(marks) == LENGTH and set(ALPHABET).issuperset(marks)
    return Secret(marks) if is_one else None


def spelled(reference: Secret) -> str:
    """Write a reference as it is read aloud: in two groups."""
    marks = reference.reveal()
    return f"{marks[: LENGTH // 2]} {marks[LENGTH // 2 :]}"
