"""What the book asks of those who write to people: that they hear when somebody has had enough."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from watchword.features.contacts.rules import ContactId
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

HasLeft: TypeAlias = Callable[[Transaction, OrganisationId, ContactId], Awaitable[None]]
"""Told, inside the same transaction, that somebody agrees no more."""
