"""Where verifications are kept. Nothing here removes a line, or changes what it says."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from watchword.features.cards.means import Means
from watchword.features.cards.rules import Because, CardId, Kind, Verification, VerificationId
from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import LocationId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, older_than
from watchword.foundation.storage import Row, Transaction, Value

ADD = """
    insert into verifications (
        organisation_id, id, card_id, position, customer_id, kind, method, assurance, because,
        actor, location_id, challenge_id, contact_id, evidence, sealed_reason, denial_tag, at
    ) values (
        :organisation_id, :id, :card_id, :position, :customer_id, :kind, :method, :assurance,
        :because, :actor, :location_id, :challenge_id, :contact_id, :evidence, :sealed_reason,
        :denial_tag, :at
    )
"""

OF_CARD = """
    select * from verifications where organisation_id = :organisation_id and card_id = :card_id
    order by position
"""

BY_CHALLENGE = """
    select * from verifications
    where organisation_id = :organisation_id and challenge_id = :challenge_id
"""

DENIED = """
    select v.* from verifications v
    join cards c on c.organisation_id = v.organisation_id and c.id = v.card_id
    where v.organisation_id = :organisation_id and v.because = 'denied' and v.at >= :since
      and c.state = 'unverified'
      and not exists (
        select 1 from verifications later
        where later.organisation_id = v.organisation_id and later.card_id = v.card_id
          and later.position > v.position
      )
    order by v.at desc, v.id desc limit :most
"""

OTHERS = """
    select * from verifications
    where organisation_id = :organisation_id and method = 'other'
    and (at, id) < (:before, :below)
    order by at desc, id desc limit :most
"""

COUNT_OTHERS = """
    select actor, count(*) as count from verifications
    where organisation_id = :organisation_id and method = 'other' and at >= :since
    group by actor order by count(*) desc, actor
"""

REASONS_OF = """
    select id, sealed_reason from verifications
    where organisation_id = :organisation_id and customer_id = :customer_id
      and sealed_reason is not null
"""

RESEAL = """
    update verifications set sealed_reason = :sealed_reason
    where organisation_id = :organisation_id and id = :id
"""

BY_DENIAL_TAG = """
    select organisation_id, card_id, id from verifications where denial_tag = :denial_tag
"""


class HistoryStore:
    """The histories of the cards of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(
        self,
        line: Verification,
        *,
        sealed_reason: bytes | None = None,
        denial_tag: bytes | None = None,
    ) -> None:
        """Add a line to the history of a card that is held.

        `denial_tag` is what the address of its "not me" page is known by.
        """
        await self._transaction.run(ADD, **self._values(line, sealed_reason, denial_tag))

    async def add_many(self, lines: Iterable[Verification]) -> None:
        await self._transaction.many(ADD, [self._values(line, None, None) for line in lines])

    async def of_card(self, card_id: CardId) -> Sequence[Verification]:
        """Give the history of a card, the oldest line first."""
        rows = await self._transaction.all(
            OF_CARD, organisation_id=self._ours, card_id=str(card_id)
        )
        return [_line(row) for row in rows]

    async def reasons(self, card_id: CardId) -> Sequence[tuple[Verification, bytes | None]]:
        """Give the history together with what was said to each line, sealed."""
        rows = await self._transaction.all(
            OF_CARD, organisation_id=self._ours, card_id=str(card_id)
        )
        return [(_line(row), row["sealed_reason"]) for row in rows]

    async def reasons_of(self, id: CustomerId) -> Mapping[VerificationId, bytes]:
        """Give what was said about a customer, sealed: of all cards that were ever theirs."""
        rows = await self._transaction.all(
            REASONS_OF, organisation_id=self._ours, customer_id=str(id)
        )
        return {VerificationId(Id(row["id"])): row["sealed_reason"] for row in rows}

    async def reseal(self, id: VerificationId, sealed_reason: bytes) -> None:
        """Keep what was said under another key. It says the same."""
        await self._transaction.run(
            RESEAL, organisation_id=self._ours, id=str(id), sealed_reason=sealed_reason
        )

    async def by_challenge(self, challenge_id: ChallengeId) -> Verification | None:
        """Give what a code has confirmed, for it does so once."""
        row = await self._transaction.one(
            BY_CHALLENGE, organisation_id=self._ours, challenge_id=str(challenge_id)
        )
        return None if row is None else _line(row)

    async def denied(self, since: datetime, most: int) -> Sequence[Verification]:
        """Give what customers have said not to have been, and nobody has seen to since then."""
        rows = await self._transaction.all(
            DENIED, organisation_id=self._ours, since=to_microseconds(since), most=most
        )
        return [_line(row) for row in rows]

    async def others(self, after: Bookmark | None, most: int) -> Sequence[Verification]:
        """Give what was verified for another reason, the newest first."""
        rows = await self._transaction.all(
            OTHERS,
            organisation_id=self._ours,
            **older_than(after),
            most=most,
        )
        return [_line(row) for row in rows]

    async def count_others(self, since: datetime) -> Mapping[str, int]:
        """Count it for each who did it, those first who did it most often."""
        rows = await self._transaction.all(
            COUNT_OTHERS, organisation_id=self._ours, since=to_microseconds(since)
        )
        return {row["actor"]: row["count"] for row in rows}

    def _values(
        self, line: Verification, sealed_reason: bytes | None, denial_tag: bytes | None
    ) -> dict[str, Value]:
        return {
            "organisation_id": self._ours,
            "id": str(line.id),
            "card_id": str(line.card_id),
            "position": line.position,
            "customer_id": str(line.customer_id),
            "kind": line.kind,
            "method": line.means,
            "assurance": int(line.assurance),
            "because": line.because,
            "actor": line.actor,
            "location_id": _text(line.location),
            "challenge_id": _text(line.challenge_id),
            "contact_id": _text(line.contact_id),
            "evidence": " ".join(line.evidence),
            "sealed_reason": sealed_reason,
            "denial_tag": denial_tag,
            "at": to_microseconds(line.at),
        }


class DenialDirectory:
    """Tells whose verification the address of a "not me" page is about."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, denial_tag: bytes) -> tuple[OrganisationId, CardId, VerificationId] | None:
        row = await self._transaction.one(BY_DENIAL_TAG, denial_tag=denial_tag)
        if row is None:
            return None
        return (
            OrganisationId(Id(row["organisation_id"])),
            CardId(Id(row["card_id"])),
            VerificationId(Id(row["id"])),
        )


def _text(id: object | None) -> str | None:
    return None if id is None else str(id)


def _line(row: Row) -> Verification:
    location, challenge, contact = row["location_id"], row["challenge_id"], row["contact_id"]
    return Verification(
        id=VerificationId(Id(row["id"])),
        card_id=CardId(Id(row["card_id"])),
        position=row["position"],
        customer_id=CustomerId(Id(row["customer_id"])),
        kind=Kind(row["kind"]),
        means=None if row["method"] is None else Means(row["method"]),
        because=None if row["because"] is None else Because(row["because"]),
        actor=row["actor"],
        at=from_microseconds(row["at"]),
        location=None if location is None else LocationId(Id(location)),
        challenge_id=None if challenge is None else ChallengeId(Id(challenge)),
        contact_id=None if contact is None else ContactId(Id(contact)),
        evidence=tuple(row["evidence"].split()),
    )
