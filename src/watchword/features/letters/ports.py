"""What letters ask of the outside: to be drawn, and that others hear when one came back."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from watchword.features.contacts.rules import ContactId
from watchword.features.letters.envelope import Face
from watchword.features.letters.sheet import Sheet
from watchword.features.organisations.rules import Organisation
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

Form: TypeAlias = Literal["pdf", "png"]


class Printer(Protocol):
    """Draws letters. It knows no address of ours but what stands on the sheet."""

    @property
    def face(self) -> Face: ...

    async def draw(self, sheets: Sequence[Sheet], form: Form = "pdf") -> Sequence[bytes]:
        """Draw each sheet into a file of its own, in their order."""


@runtime_checkable
class Prints(Protocol):
    """Has letters printed, and knows beforehand which addresses its envelopes cannot show."""

    def why_not(self, address: str, organisation: Organisation) -> str | None:
        """Say why an address cannot be printed; nothing, if it can."""


MarkBad: TypeAlias = Callable[[Transaction, OrganisationId, ContactId], Awaitable[object]]
"""Says of a contact point that nothing reaches anybody there any more."""
