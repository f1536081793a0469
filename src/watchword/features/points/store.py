"""Where the ledger is kept: transfers, and what each account has after all of its own.

An account's row is held while its points move, and so is never behind its transfers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from watchword.features.cards.rules import AT_WORK, CardState
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import LocationId
from watchword.features.points.ledger import Balance, Book, Kind, Transfer, TransferId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark
from watchword.foundation.storage import Row, Transaction

NEVER = 2**62
"""Later than any moment."""

GET = """
    select points, reserved, opening from accounts
    where organisation_id = :organisation_id and id = :id
"""

HOLD = f"{GET} for update"

SAVE = """
    update accounts set points = :points, reserved = :reserved, opening = :opening
    where organisation_id = :organisation_id and id = :id
"""

HEIR = """
    select other_account_id from point_transfers
    where organisation_id = :organisation_id and account_id = :id and kind = 'merged'
    order by at desc, id limit 1
"""

HOLDERS = """
    select customer_id from account_holders
    where organisation_id = :organisation_id and account_id = :id order by since, customer_id
"""

CARD_STATES = """
    select state from cards
    where organisation_id = :organisation_id and account_id = :id
"""

ADD = """
    insert into point_transfers (
        organisation_id, id, account_id, kind, giver, taker, points, other_account_id,
        redemption_id, rules, amount, reference, location_id, actor, reason, at
    ) values (
        :organisation_id, :id, :account_id, :kind, :giver, :taker, :points, :other_account_id,
        :redemption_id, :rules, :amount, :reference, :location_id, :actor, :reason, :at
    )
    on conflict (organisation_id, kind, reference) do nothing
"""

OF_REDEMPTION = """
    select * from point_transfers
    where organisation_id = :organisation_id and redemption_id = :redemption_id
    order by at, id
"""

WAS_RESERVED = """
    select id from point_transfers
    where organisation_id = :organisation_id and redemption_id = :redemption_id
      and kind = 'reserved'
"""

BY_REFERENCE = """
    select * from point_transfers
    where organisation_id = :organisation_id and kind = :kind and reference = :reference
"""

OWN_PART = """
    select * from point_transfers
    where organisation_id = :organisation_id and account_id = :id
      and (at < :before or (at = :before and id < :below))
    order by at desc, id desc limit :most
"""

PART_OF_OTHERS = """
    select * from point_transfers
    where organisation_id = :organisation_id and other_account_id = :id
      and (at < :before or (at = :before and id < :below))
    order by at desc, id desc limit :most
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What an account has. `opening` is what it had when its first transfer was made, if any."""

    id: AccountId
    balance: Balance
    opening: int | None


class PointStore:
    """The points of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def get(self, id: AccountId) -> Held | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _held(id, row)

    async def hold(self, id: AccountId) -> Held | None:
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _held(id, row)

    async def heir(self, id: AccountId) -> AccountId | None:
        """Give the account that has what this one had, if it was united with another."""
        row = await self._transaction.one(HEIR, organisation_id=self._ours, id=str(id))
        return None if row is None else AccountId(Id(row["other_account_id"]))

    async def holders(self, id: AccountId) -> Sequence[CustomerId]:
        rows = await self._transaction.all(HOLDERS, organisation_id=self._ours, id=str(id))
        return [CustomerId(Id(row["customer_id"])) for row in rows]

    async def collects(self, id: AccountId) -> bool:
        """Say whether purchases count for an account: not if all of its cards are out of work."""
        rows = await self._transaction.all(CARD_STATES, organisation_id=self._ours, id=str(id))
        return not rows or any(CardState(row["state"]) in AT_WORK for row in rows)

    async def save(self, held: Held, balance: Balance) -> None:
        """Note what an account that is held has from now on."""
        opening = held.balance.available if held.opening is None else held.opening
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            id=str(held.id),
            points=balance.available,
            reserved=balance.reserved,
            opening=opening,
        )

    async def add(self, transfer: Transfer) -> bool:
        """Write a transfer down, unless one of its kind has its reference already."""
        other, redemption = transfer.other_account_id, transfer.redemption_id
        added = await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(transfer.id),
            account_id=str(transfer.account_id),
            kind=transfer.kind,
            giver=transfer.giver,
            taker=transfer.taker,
            points=transfer.points,
            other_account_id=None if other is None else str(other),
            redemption_id=None if redemption is None else str(redemption),
            rules=" ".join(transfer.rules) or None,
            amount=transfer.amount,
            reference=transfer.reference,
            location_id=None if transfer.location_id is None else str(transfer.location_id),
            actor=transfer.actor,
            reason=transfer.reason,
            at=to_microseconds(transfer.at),
        )
        return added == 1

    async def of_redemption(self, id: UUID) -> Sequence[Transfer]:
        rows = await self._transaction.all(
            OF_REDEMPTION, organisation_id=self._ours, redemption_id=str(id)
        )
        return [_transfer(row) for row in rows]

    async def was_reserved(self, id: UUID) -> bool:
        """Say whether points were ever put by for a redemption, by whichever account."""
        row = await self._transaction.one(
            WAS_RESERVED, organisation_id=self._ours, redemption_id=str(id)
        )
        return row is not None

    async def by_reference(self, kind: Kind, reference: str) -> Transfer | None:
        row = await self._transaction.one(
            BY_REFERENCE, organisation_id=self._ours, kind=kind, reference=reference
        )
        return None if row is None else _transfer(row)

    async def history(self, id: AccountId, after: Bookmark | None, most: int) -> Sequence[Transfer]:
        """Give what moved on an account, the newest first; also what came from other accounts."""
        place: dict[str, str | int] = {
            "organisation_id": self._ours,
            "id": str(id),
            "before": NEVER if after is None else to_microseconds(after.created_at),
            "below": "" if after is None else str(after.id),
            "most": most,
        }
        own = await self._transaction.all(OWN_PART, **place)
        others = await self._transaction.all(PART_OF_OTHERS, **place)
        found = [_transfer(row) for row in (*own, *others)]
        return sorted(found, key=lambda each: (each.at, str(each.id)), reverse=True)[:most]


def _held(id: AccountId, row: Row) -> Held:
    balance = Balance(available=row["points"], reserved=row["reserved"] or 0)
    return Held(id=id, balance=balance, opening=row["opening"])


def _transfer(row: Row) -> Transfer:
    other, redemption, location = (
        row[name] for name in ("other_account_id", "redemption_id", "location_id")
    )
    return Transfer(
        id=TransferId(Id(row["id"])),
        account_id=AccountId(Id(row["account_id"])),
        kind=Kind(row["kind"]),
        giver=Book(row["giver"]),
        taker=Book(row["taker"]),
        points=row["points"],
        actor=row["actor"],
        at=from_microseconds(row["at"]),
        other_account_id=None if other is None else AccountId(Id(other)),
        redemption_id=None if redemption is None else Id(redemption),
        rules=tuple((row["rules"] or "").split()),
        amount=row["amount"],
        reference=row["reference"],
        location_id=None if location is None else LocationId(Id(location)),
        reason=row["reason"],
    )
