"""What can be seen of a PIN without knowing whose it is, and on which keys letters stand."""

from itertools import groupby, pairwise
from typing import Final

KEYS = 10
KEY_OF: Final = {
    letter: key
    for key, letters in zip(
        "23456789", ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), strict=True
    )
    for letter in letters
}
"""Which key of a telephone a letter stands on."""


def steps_of(digits: str) -> list[int]:
    """Give how far each digit is from the one before, upwards around the dial: 9 and 0 are one
    apart."""
    return [(int(after) - int(before)) % KEYS for before, after in pairwise(digits)]


def is_run(digits: str, by: int = 1, *, wraps: bool = True) -> bool:
    """Say whether the digits go up or down by so much each: 1234, 9876, and 8901 if it wraps."""
    steps = {*steps_of(digits)}
    if wraps:
        return steps in ({by}, {KEYS - by})
    jumps = {int(after) - int(before) for before, after in pairwise(digits)}
    return jumps in ({by}, {-by})


def is_repeat(digits: str) -> bool:
    """Say whether it is one digit only."""
    return len(digits) > 1 and len({*digits}) == 1


def longest_repeat(digits: str) -> int:
    """Count how often a digit stands in a row, at most."""
    return max((len([*group]) for _, group in groupby(digits)), default=0)
