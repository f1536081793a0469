"""Cards for tests, with only what matters said."""

from datetime import timedelta

from tests.stores import NOON
from watchword.features.cards.means import Means
from watchword.features.cards.rules import (
    Because,
    Card,
    CardId,
    Kind,
    Verification,
    VerificationId,
)
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import CustomerId
from watchword.foundation.ids import new_id

CARD = CardId(new_id())
PHONE, EMAIL = ContactId(new_id()), ContactId(new_id())


def card(**said: object) -> Card:
    known: dict[str, object] = {
        "id": CardId(new_id()),
        "account_id": AccountId(new_id()),
        "customer_id": CustomerId(new_id()),
        "last_four": "4711",
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Card(**{**known, **said})  # type: ignore[arg-type]


def confirmed(
    means: Means, contact: ContactId | None = None, position: int = 1, **said: object
) -> Verification:
    return line(Kind.CONFIRMED, contact, position, **{"means": means, **said})


def withdrawn(
    because: Because, contact: ContactId | None = None, position: int = 2, **said: object
) -> Verification:
    return line(Kind.WITHDRAWN, contact, position, **{"because": because, **said})


def line(kind: Kind, contact: ContactId | None, position: int, **said: object) -> Verification:
    known: dict[str, object] = {
        "id": VerificationId(new_id()),
        "card_id": CARD,
        "position": position,
        "customer_id": CustomerId(new_id()),
        "kind": kind,
        "contact_id": contact,
        "actor": "customer",
        "at": NOON + timedelta(minutes=position),
    }
    return Verification(**{**known, **said})  # type: ignore[arg-type]
