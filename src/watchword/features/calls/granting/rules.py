"""What stands in for somebody who is not there, and how a PIN is made."""

from collections.abc import Callable
from typing import TypeAlias

from watchword.features.contacts.rules import HIDDEN, Contact, ContactKind, Line
from watchword.foundation.secret import Secret

Draw: TypeAlias = Callable[[int], int]
"""Gives an unpredictable number, from 0 up to but not including its argument."""


def stand_in(value: Secret, country: str) -> Contact:
    """Give what takes the place of a contact point of nobody.

    Budgets need something that is the same each time, and nothing is ever sent there.
    """
    name = Secret(f"caller {value.reveal()}")
    return Contact(ContactKind.PHONE, name, name, HIDDEN, country=country, line=Line.MOBILE)
