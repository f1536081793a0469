"""What a new customer is who comes with many others: sealed before anybody is asked about them."""

from collections.abc import Sequence

from msgspec import Struct

from watchword.features.contacts.rules import NewContact
from watchword.features.customers.accounts.rules import AccountId, NewAccount
from watchword.features.customers.rules import NewlySealed


class ReadyCustomer(Struct, frozen=True, gc=False):
    """A new customer with all that comes with them: sealed, and not kept yet."""

    sealed: NewlySealed
    contacts: Sequence[NewContact]
    account_id: AccountId
    account: NewAccount | None
    born: bytes | None
    """What their whole name and date of birth are known by."""

    def __repr__(self) -> str:
        return f"ReadyCustomer({self.sealed.id})"
