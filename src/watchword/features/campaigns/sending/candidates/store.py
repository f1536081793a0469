"""Where it is found whose turn it is next, with all that rests about them."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from watchword.features.campaigns.links.rules import CampaignNumber, RecipientNumber
from watchword.features.contacts.rules import ContactId, ContactKind
from watchword.features.contacts.store import PersonKey, SealedContact
from watchword.features.customers.rules import CustomerId
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

_WAITING = """
    select
        r.number, r.customer_id, p.id, p.kind, p.person_id, p.blind_index, p.sealed_value,
        k.data_version, k.wrapped, c.locale{profile}
    from campaign_recipients r
    left join contact_points p
        on p.organisation_id = r.organisation_id and p.id = r.contact_id
    left join person_keys k
        on k.organisation_id = p.organisation_id and k.person_id = p.person_id
    left join customers c
        on c.organisation_id = r.organisation_id and c.id = r.customer_id
    {key}
    where r.organisation_id = :organisation_id and r.campaign = :campaign
      and r.state = 'waiting'
"""

_NAMES = """
    left join person_keys n
        on n.organisation_id = c.organisation_id and n.person_id = c.person_id
"""

_NEXT = " and r.number > :after and r.due_at is null order by r.number limit :most"

_DUE = " and r.due_at <= :now order by r.due_at limit :most"

_PROFILE = (
    ", c.sealed_profile, n.person_id as n_person, n.data_version as n_version, n.wrapped as n_key"
)

_PLAIN = _WAITING.format(profile="", key="")
_NAMED = _WAITING.format(profile=_PROFILE, key=_NAMES)

NEXT = {False: _PLAIN + _NEXT, True: _NAMED + _NEXT}
DUE = {False: _PLAIN + _DUE, True: _NAMED + _DUE}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recipient whose turn it is, as all about them rests. What is not there was erased."""

    number: RecipientNumber
    customer_id: CustomerId | None
    contact: SealedContact | None = field(repr=False)
    locale: str | None
    profile: bytes | None = field(repr=False)
    profile_key: PersonKey | None = field(repr=False)

    @property
    def versions(self) -> AbstractSet[int]:
        """Say which keys of the organisation it takes to read all that."""
        keys = (None if self.contact is None else self.contact.key, self.profile_key)
        return {each.data_version for each in keys if each is not None}


class CandidateStore:
    """The recipients of one organisation who wait, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def next(
        self, campaign: CampaignNumber, after: int, most: int, *, with_name: bool
    ) -> Sequence[Candidate]:
        """Give the next who have never had a turn, in the order of their numbers."""
        rows = await self._transaction.all(
            NEXT[with_name],
            organisation_id=self._ours,
            campaign=campaign,
            after=after,
            most=most,
        )
        return [_candidate(row, with_name=with_name) for row in rows]

    async def due(
        self, campaign: CampaignNumber, most: int, *, with_name: bool
    ) -> Sequence[Candidate]:
        """Give those who were held or put back, and whose moment has come."""
        rows = await self._transaction.all(
            DUE[with_name],
            organisation_id=self._ours,
            campaign=campaign,
            now=to_microseconds(self._transaction.now()),
            most=most,
        )
        return [_candidate(row, with_name=with_name) for row in rows]


def _candidate(row: Row, *, with_name: bool) -> Candidate:
    customer_id = row["customer_id"]
    profile = row["sealed_profile"] if with_name else None
    profile_key = None
    if with_name and row["n_key"] is not None:
        profile_key = PersonKey(
            person_id=row["n_person"], data_version=row["n_version"], wrapped=row["n_key"]
        )
    return Candidate(
        RecipientNumber(row["number"]),
        None if customer_id is None else CustomerId(Id(customer_id)),
        _contact(row),
        row["locale"],
        profile,
        profile_key,
    )


def _contact(row: Row) -> SealedContact | None:
    if row["id"] is None or row["wrapped"] is None:
        return None
    return SealedContact(
        id=ContactId(Id(row["id"])),
        kind=ContactKind(row["kind"]),
        blind_index=row["blind_index"],
        sealed_value=row["sealed_value"],
        key=PersonKey(
            person_id=row["person_id"], data_version=row["data_version"], wrapped=row["wrapped"]
        ),
    )
