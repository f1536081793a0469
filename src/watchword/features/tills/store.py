"""Where sales at tills are kept."""

from collections.abc import Sequence

from watchword.features.cards.rules import CardId
from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import LocationId
from watchword.features.rewards.rules import RewardId
from watchword.features.tills.rules import Kind, Proof, State, TillSession, TillSessionId, Wanted
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction, Value

ADD = """
    insert into till_sessions (
        organisation_id, id, state, kind, client, location_id, terminal_id, staff, contact_id,
        customer_id, card_id, challenge_id, reward_id, amount, points, currency, way, locale,
        opened_at, expires_at, proven_at, ended_at
    ) values (
        :organisation_id, :id, :state, :kind, :client, :location_id, :terminal_id, :staff,
        :contact_id, :customer_id, :card_id, :challenge_id, :reward_id, :amount, :points,
        :currency, :way, :locale, :opened_at, :expires_at, :proven_at, :ended_at
    )
"""

GET = "select * from till_sessions where organisation_id = :organisation_id and id = :id"

HOLD = f"{GET} for update"

LIVE = """
    select * from till_sessions
    where organisation_id = :organisation_id and contact_id = :contact_id and ended_at is null
    order by opened_at desc, state, id desc limit 1
"""

SAVE = """
    update till_sessions set
        state = :state, customer_id = :customer_id, reward_id = :reward_id, amount = :amount,
        way = :way, expires_at = :expires_at, proven_at = :proven_at, ended_at = :ended_at
    where organisation_id = :organisation_id and id = :id
"""

ALIKE = """
    organisation_id = :organisation_id and contact_id = :contact_id
    and coalesce(card_id, '') = :card_id and ended_at is null and state = 'asking'
"""
ASKED_ALIKE = f"""
    select challenge_id from till_sessions where {ALIKE} order by challenge_id
"""  # noqa: S608 - made of our own words

SUPERSEDE = f"""
    update till_sessions set state = 'superseded', ended_at = :now where {ALIKE}
"""  # noqa: S608 - likewise

END_OVER = """
    update till_sessions set state = 'ended', ended_at = :now
    where (organisation_id, id) in (
        with due as materialized (
            select organisation_id, id from till_sessions
            where ended_at is null and expires_at <= :now
            order by expires_at limit :most
            for update skip locked
        )
        select organisation_id, id from due
    )
"""


class TillStore:
    """The sales of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, session: TillSession) -> None:
        await self._transaction.run(
            ADD,
            **self._changing(session),
            kind=session.kind,
            client=session.client,
            location_id=_written(session.location_id),
            terminal_id=session.terminal_id,
            staff=session.staff,
            contact_id=str(session.contact_id),
            card_id=_written(session.card_id),
            challenge_id=_written(session.challenge_id),
            points=session.points,
            currency=session.currency,
            locale=session.locale,
            opened_at=to_microseconds(session.opened_at),
        )

    async def get(self, id: TillSessionId) -> TillSession | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold(self, id: TillSessionId) -> TillSession | None:
        """Read a sale that nobody else can change until the transaction ends."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def live(self, contact_id: ContactId) -> TillSession | None:
        """Read the newest sale at a contact point that has not ended, whoever opened it."""
        row = await self._transaction.one(
            LIVE, organisation_id=self._ours, contact_id=str(contact_id)
        )
        return None if row is None else _from_row(row)

    async def save(self, session: TillSession) -> None:
        await self._transaction.run(SAVE, **self._changing(session))

    async def asked_alike(self, by: TillSession) -> Sequence[ChallengeId]:
        """Give what those tills ask that know their customer as another one does: by the same
        contact point, or by the same card."""
        rows = await self._transaction.all(ASKED_ALIKE, **self._alike(by))
        return [ChallengeId(Id(row["challenge_id"])) for row in rows if row["challenge_id"]]

    async def supersede(self, by: TillSession) -> None:
        """Let those tills know that another one asks now. To others it would say who belongs
        together."""
        now = to_microseconds(self._transaction.now())
        await self._transaction.run(SUPERSEDE, **self._alike(by), now=now)

    def _alike(self, session: TillSession) -> dict[str, Value]:
        return {
            "organisation_id": self._ours,
            "contact_id": str(session.contact_id),
            "card_id": _written(session.card_id) or "",
        }

    def _changing(self, session: TillSession) -> dict[str, Value]:
        return {
            "organisation_id": self._ours,
            "id": str(session.id),
            "state": session.state,
            "customer_id": _written(session.customer_id),
            "reward_id": _written(session.wanted.reward_id),
            "amount": session.wanted.amount,
            "way": session.way,
            "expires_at": to_microseconds(session.expires_at),
            "proven_at": microseconds_if_any(session.proven_at),
            "ended_at": microseconds_if_any(session.ended_at),
        }


class TillSweep:
    """Sales of all organisations whose time is over."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def end(self, most: int) -> int:
        now = to_microseconds(self._transaction.now())
        return await self._transaction.run(END_OVER, now=now, most=most)


def _written(id: object | None) -> str | None:
    return None if id is None else str(id)


def _from_row(row: Row) -> TillSession:
    return TillSession(
        id=TillSessionId(Id(row["id"])),
        kind=Kind(row["kind"]),
        client=row["client"],
        location_id=None if row["location_id"] is None else LocationId(Id(row["location_id"])),
        terminal_id=row["terminal_id"],
        staff=row["staff"],
        contact_id=ContactId(Id(row["contact_id"])),
        customer_id=None if row["customer_id"] is None else CustomerId(Id(row["customer_id"])),
        card_id=None if row["card_id"] is None else CardId(Id(row["card_id"])),
        challenge_id=None if row["challenge_id"] is None else ChallengeId(Id(row["challenge_id"])),
        wanted=Wanted(
            reward_id=None if row["reward_id"] is None else RewardId(Id(row["reward_id"])),
            amount=row["amount"],
        ),
        points=row["points"],
        currency=row["currency"],
        way=None if row["way"] is None else Proof(row["way"]),
        locale=row["locale"],
        state=State(row["state"]),
        opened_at=from_microseconds(row["opened_at"]),
        expires_at=from_microseconds(row["expires_at"]),
        proven_at=moment_if_any(row["proven_at"]),
        ended_at=moment_if_any(row["ended_at"]),
    )
