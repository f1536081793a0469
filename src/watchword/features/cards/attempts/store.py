"""Where attempts are kept: the latest of each card."""

from dataclasses import dataclass, field

from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.means import Means
from watchword.features.cards.rules import CardId
from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import ContactId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

SAVE = """
    insert into card_attempts (
        organisation_id, card_id, method, challenge_id, contact_id, reference_index,
        sealed_reference, created_at, expires_at
    ) values (
        :organisation_id, :card_id, :method, :challenge_id, :contact_id, :reference_index,
        :sealed_reference, :created_at, :expires_at
    )
    on conflict (organisation_id, card_id) do update set
        method = excluded.method, challenge_id = excluded.challenge_id,
        contact_id = excluded.contact_id, reference_index = excluded.reference_index,
        sealed_reference = excluded.sealed_reference, created_at = excluded.created_at,
        expires_at = excluded.expires_at
"""

OF_CARD = """
    select * from card_attempts where organisation_id = :organisation_id and card_id = :card_id
"""

HOLD = OF_CARD + " for update"

BY_REFERENCE = """
    select * from card_attempts
    where organisation_id = :organisation_id and reference_index = :reference_index
    and expires_at > :now
    order by created_at desc limit 1
"""

DROP = "delete from card_attempts where organisation_id = :organisation_id and card_id = :card_id"


@dataclass(frozen=True, slots=True)
class SealedReference:
    """A reference and its words as they rest."""

    index: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


class AttemptStore:
    """The attempts of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def save(self, attempt: Attempt, reference: SealedReference | None = None) -> None:
        """Keep an attempt, in the place of the one before."""
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            card_id=str(attempt.card_id),
            method=attempt.means,
            challenge_id=None if attempt.challenge_id is None else str(attempt.challenge_id),
            contact_id=None if attempt.contact_id is None else str(attempt.contact_id),
            reference_index=None if reference is None else reference.index,
            sealed_reference=None if reference is None else reference.sealed,
            created_at=to_microseconds(attempt.created_at),
            expires_at=to_microseconds(attempt.expires_at),
        )

    async def of_card(self, card_id: CardId) -> tuple[Attempt, SealedReference | None] | None:
        row = await self._transaction.one(OF_CARD, organisation_id=self._ours, card_id=str(card_id))
        return None if row is None else (_attempt(row), _reference(row))

    async def hold(self, card_id: CardId) -> Attempt | None:
        """Read an attempt that nobody else can change until the end."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, card_id=str(card_id))
        return None if row is None else _attempt(row)

    async def by_reference(self, reference_index: bytes) -> Attempt | None:
        """Give the attempt that a reference stands for, as long as it does."""
        row = await self._transaction.one(
            BY_REFERENCE,
            organisation_id=self._ours,
            reference_index=reference_index,
            now=to_microseconds(self._transaction.now()),
        )
        return None if row is None else _attempt(row)

    async def drop(self, card_id: CardId) -> None:
        await self._transaction.run(DROP, organisation_id=self._ours, card_id=str(card_id))


def _attempt(row: Row) -> Attempt:
    challenge, contact = row["challenge_id"], row["contact_id"]
    return Attempt(
        card_id=CardId(Id(row["card_id"])),
        means=Means(row["method"]),
        challenge_id=None if challenge is None else ChallengeId(Id(challenge)),
        contact_id=None if contact is None else ContactId(Id(contact)),
        created_at=from_microseconds(row["created_at"]),
        expires_at=from_microseconds(row["expires_at"]),
    )


def _reference(row: Row) -> SealedReference | None:
    if row["reference_index"] is None:
        return None
    return SealedReference(row["reference_index"], row["sealed_reference"])
