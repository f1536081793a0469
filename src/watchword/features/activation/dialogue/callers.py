"""Who a caller may be, as far as the call has come."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from watchword.features.activation.dialogue.ports import Playable
from watchword.features.activation.dialogue.steps import Ask, Found
from watchword.features.cores.rules import Holder, Member, MemberRef, PinState
from watchword.foundation.secret import Secret


@dataclass(frozen=True, slots=True)
class Caller:
    """`value`: what they are looked up by, and `found`: all to whom that leads, whom guesses count
    against even if they are locked. `holders`: all to whom that leads; `fitting`: those of
    them whom everything fits that was typed so far. `entered`: the PIN that the core has accepted,
    and what it has said of that one (`state`). `is_counted`: whether their last guess was, which it
    is not of whoever is locked.
    """

    value: Secret = field(repr=False)
    holders: Sequence[Member] = field(default=(), repr=False)
    fitting: Sequence[Member] = field(default=(), repr=False)
    entered: Secret | None = field(default=None, repr=False)
    state: PinState | None = None
    has_no_pin: bool = False
    found: Sequence[MemberRef] = field(default=(), repr=False)
    answered: frozenset[str] = frozenset()
    is_counted: bool = False

    @property
    def member(self) -> Member | None:
        """The one who is meant: the first holder, where several fit."""
        return min(self.fitting, key=lambda each: each.role is not Holder.PRIMARY, default=None)

    @property
    def ref(self) -> MemberRef | None:
        return None if self.member is None else self.member.ref

    @property
    def whose(self) -> Sequence[Member]:
        """Give those whose PIN it may be, who is meant first."""
        others = [each for each in self.holders if each is not self.member]
        return others if self.member is None else [self.member, *others]

    def alone(self) -> "Caller":
        """Let go of all, where those who are left have several accounts, as in a family with one
        telephone: nobody's PIN is judged or set who may not be the one that calls."""
        accounts = {each.ref.account for each in self.fitting}
        return self if len(accounts) <= 1 else replace(self, fitting=())

    def after(self, line: Playable, question: Ask, typed: Secret) -> "Caller":
        """Let go of whomever an answer does not fit."""
        return replace(
            self,
            fitting=[each for each in self.fitting if line.fits(question, typed, each)],
            answered=self.answered | {question.name},
        )


def looked_up(value: Secret, found: Found) -> Caller:
    """Say who it may be. Whoever is locked is like nobody."""
    members = () if found.is_locked else found.members
    refs = [each.ref for each in found.members]
    return Caller(value, holders=members, fitting=members, found=refs)
