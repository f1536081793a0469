"""What a sign-on asks of an identity provider."""

from dataclasses import dataclass, field
from typing import Protocol

from watchword.features.staff.sign_on.rules import Attempt, Claims, Expected


@dataclass(frozen=True, slots=True)
class Away:
    """The provider cannot be reached, or does not speak as it should. `reason` is a word of ours,
    never what it said."""

    reason: str


@dataclass(frozen=True, slots=True)
class Forged:
    """What came back is not signed by the provider."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider has signed. It names a person, so it does not show itself."""

    claims: Claims = field(repr=False)


class IdentityProvider(Protocol):
    @property
    def expected(self) -> Expected:
        """Say what its tokens must say."""

    async def address_for(self, attempt: Attempt, back_to: str) -> str | Away:
        """Give where a browser is to be sent."""

    async def redeem(self, attempt: Attempt, code: str, back_to: str) -> Told | Forged | Away:
        """Exchange what a browser brought back for what the provider says about it."""

    async def close(self) -> None: ...
