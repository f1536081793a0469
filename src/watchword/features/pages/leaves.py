"""Why somebody may see what is in a page. Without one of these, nothing of it is opened.

The first three are made by the gates alone, the last by doors of staff, who have asked for the
permission to edit. A test of the house looks for others.
"""

from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from watchword.features.clients.rules import Caller


@dataclass(frozen=True, slots=True)
class Passed:
    """A recipient has proven that the message was for them (or nothing was asked)."""

    campaign_number: int
    recipient_number: int


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Somebody looks after the network, and has a pass that is good now."""

    pass_id: UUID


@dataclass(frozen=True, slots=True)
class Previewing:
    """Somebody was shown a preview, and has typed its PIN."""

    preview_id: UUID


@dataclass(frozen=True, slots=True)
class Editing:
    """Somebody of the organisation who may edit pages."""

    caller: Caller


Leave: TypeAlias = Passed | Reviewing | Previewing | Editing


def sees_draft(leave: Leave) -> bool:
    """Say whether somebody sees the page as it is worked on. All others see what was published:
    a reviewer sees to the letter what a recipient sees."""
    return isinstance(leave, Previewing | Editing)
