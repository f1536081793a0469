"""How far it is with a second person, for what somebody wants to do about a person."""

from dataclasses import dataclass

from watchword.features.approvals.rules import Kind, Request, State
from watchword.features.privacy.rules import NothingKnown, subject_of
from watchword.features.privacy.service import Known
from watchword.web.console.visits import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Whether a second person is wanted, and what a visitor has asked of one already."""

    is_wanted: bool
    request: Request | None = None

    @property
    def is_agreed(self) -> bool:
        return self.request is not None and self.request.state is State.APPROVED

    @property
    def is_lacking(self) -> bool:
        """Say whether it can be proposed, and no more."""
        return self.is_wanted and not self.is_agreed


async def agreement_on(visitor: Visitor, kind: Kind, found: Known | NothingKnown) -> Agreement:
    is_wanted = await visitor.services.privacy.people.needs_second_person(visitor, kind)
    if isinstance(found, NothingKnown) or not is_wanted:
        return Agreement(is_wanted=is_wanted)
    approvals, subject = visitor.services.configuration.approvals, subject_of(found.contact_id)
    pending = await approvals.pending(visitor.organisation.id, visitor.actor)
    ours = [each for each in pending if (each.kind, each.subject) == (kind, subject)]
    agreed = [each for each in ours if each.state is State.APPROVED]
    return Agreement(is_wanted=True, request=next(iter([*agreed, *ours]), None))
