"""What is typed where a code belongs, and is none: a master PIN of staff.

It has more digits than any code can have, at any step and for any purpose. So the two are never
one, and a master PIN that somebody types elsewhere is known by its looks alone: nothing has to be
compared, and whoever types it learns nothing.
"""

from watchword.features.challenges.codes import DIGITS, GAPS

MASTER_PIN_DIGITS = 12
CHECKED_BY = 97
"""The last two digits follow from the others, so that hardly any number looks like a PIN."""


def is_master_pin(typed: str) -> bool:
    """Say whether something has the looks of a master PIN."""
    marks = typed.translate(GAPS)
    return (
        len(marks) == MASTER_PIN_DIGITS
        and DIGITS.issuperset(marks)
        and int(marks) % CHECKED_BY == 1
    )
