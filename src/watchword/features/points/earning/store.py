"""Where earn rules are kept."""

from collections.abc import Sequence

from watchword.features.organisations.rules import LocationId
from watchword.features.points.earning.rules import EarnRule, EarnRuleId, State, Terms
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark
from watchword.foundation.storage import Row, Transaction, Value

NEVER = 2**62
"""Later than any moment."""

ADD = """
    insert into earn_rules (
        organisation_id, id, name, points, per_amount, at_least, currency, locations,
        starts_at, ends_at, state, version, created_at, updated_at
    ) values (
        :organisation_id, :id, :name, :points, :per_amount, :at_least, :currency, :locations,
        :starts_at, :ends_at, :state, :version, :created_at, :updated_at
    )
"""

SAVE = """
    update earn_rules set
        name = :name, points = :points, per_amount = :per_amount, at_least = :at_least,
        currency = :currency, locations = :locations, starts_at = :starts_at, ends_at = :ends_at,
        state = :state, version = :version, updated_at = :updated_at
    where organisation_id = :organisation_id and id = :id
"""

GET = "select * from earn_rules where organisation_id = :organisation_id and id = :id"

HOLD = f"{GET} for update"

ACTIVE = """
    select * from earn_rules
    where organisation_id = :organisation_id and state = 'active' order by created_at, id
"""

COUNT = """
    select count(*) as count from earn_rules
    where organisation_id = :organisation_id and state <> 'ended'
"""

PAGE = """
    select * from earn_rules
    where organisation_id = :organisation_id
      and (created_at < :before or (created_at = :before and id < :below))
    order by created_at desc, id desc limit :most
"""


class EarnRuleStore:
    """The earn rules of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, rule: EarnRule) -> None:
        row = _to_row(rule)
        created_at = to_microseconds(rule.created_at)
        await self._transaction.run(ADD, organisation_id=self._ours, created_at=created_at, **row)

    async def save(self, rule: EarnRule) -> None:
        await self._transaction.run(SAVE, organisation_id=self._ours, **_to_row(rule))

    async def get(self, id: EarnRuleId) -> EarnRule | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold(self, id: EarnRuleId) -> EarnRule | None:
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def active(self) -> Sequence[EarnRule]:
        """Give those that are switched on, whether or not it is their time."""
        rows = await self._transaction.all(ACTIVE, organisation_id=self._ours)
        return [_from_row(row) for row in rows]

    async def count(self) -> int:
        """Count those that are not over for good."""
        row = await self._transaction.one(COUNT, organisation_id=self._ours)
        return 0 if row is None else int(row["count"])

    async def page(self, after: Bookmark | None, most: int) -> Sequence[EarnRule]:
        """Give rules, the newest first."""
        rows = await self._transaction.all(
            PAGE,
            organisation_id=self._ours,
            before=NEVER if after is None else to_microseconds(after.created_at),
            below="" if after is None else str(after.id),
            most=most,
        )
        return [_from_row(row) for row in rows]


def _to_row(rule: EarnRule) -> dict[str, Value]:
    terms = rule.terms
    return {
        "id": str(rule.id),
        "name": terms.name,
        "points": terms.points,
        "per_amount": terms.per_amount,
        "at_least": terms.at_least,
        "currency": terms.currency,
        "locations": " ".join(sorted(str(each) for each in terms.locations)),
        "starts_at": microseconds_if_any(terms.starts_at),
        "ends_at": microseconds_if_any(terms.ends_at),
        "state": rule.state,
        "version": rule.version,
        "updated_at": to_microseconds(rule.updated_at),
    }


def _from_row(row: Row) -> EarnRule:
    return EarnRule(
        id=EarnRuleId(Id(row["id"])),
        terms=Terms(
            name=row["name"],
            points=row["points"],
            per_amount=row["per_amount"],
            at_least=row["at_least"],
            currency=row["currency"],
            locations=frozenset(LocationId(Id(each)) for each in row["locations"].split()),
            starts_at=moment_if_any(row["starts_at"]),
            ends_at=moment_if_any(row["ends_at"]),
        ),
        state=State(row["state"]),
        version=row["version"],
        created_at=from_microseconds(row["created_at"]),
        updated_at=from_microseconds(row["updated_at"]),
    )
