"""How a master PIN is made, known again, and kept.

It has ten digits of chance and two that check them. What rests of it is a sealed hash.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from watchword.features.challenges.codes import DIGITS, GAPS
from watchword.features.challenges.not_codes import CHECKED_BY, MASTER_PIN_DIGITS
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import Place
from watchword.foundation.secret import Secret

GROUP = 4
DRAWN: Final = 10 ** (MASTER_PIN_DIGITS - 2)
CHECK_DIGITS = 100

Draw: TypeAlias = Callable[[int], int]
"""Gives an unpredictable number, from 0 up to but not including its argument."""


def draw_pin(draw: Draw) -> Secret:
    """Draw one of all PINs, each as likely as any other."""
    begun = draw(DRAWN) * CHECK_DIGITS
    # As in an account number: what is added makes the whole leave 1 when divided by 97.
    return Secret(f"{begun + (1 - begun) % CHECKED_BY:0{MASTER_PIN_DIGITS}d}")


def spell(pin: Secret) -> str:
    """Write a PIN for people to copy: in groups of four."""
    digits = pin.reveal()
    return " ".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


def read_pin(typed: str) -> Secret | None:
    """Read a PIN as people type it; nothing, if it can be none."""
    marks = typed.translate(GAPS)
    is_one = len(marks) == MASTER_PIN_DIGITS and DIGITS.issuperset(marks)
    return Secret(marks) if is_one and int(marks) % CHECKED_BY == 1 else None


def place_of(organisation_id: OrganisationId, id: object) -> Place:
    return Place(organisation_id, "master_pins", "hash", str(id))
