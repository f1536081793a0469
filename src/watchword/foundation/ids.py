"""Names for what nearly every row points at. All other ids stand with the thing they name."""

from typing import Final, Literal, NewType, TypeAlias
from uuid import UUID

OrganisationId = NewType("OrganisationId", UUID)
StaffId = NewType("StaffId", UUID)

EVERYWHERE: Final = "*"
Reach: TypeAlias = OrganisationId | Literal["*"] | None
"""Whose rows a transaction may see: one organisation's, everybody's, or nobody's."""
