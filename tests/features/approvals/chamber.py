"""Two people and more who decide on what others ask for, without any pages around them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from tests.stores import found
from watchword.features.approvals.ports import CannotBeDone, Done
from watchword.features.approvals.rules import ApprovalId, Kind, Proposal, Request
from watchword.features.approvals.service import Approvals
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction

ANNA, BEN, CLEO = "staff:anna", "staff:ben", "staff:cleo"


@dataclass
class Chamber:
    """`done` is what was performed, as the ledger has it; `ground` what it stands on."""

    storage: Storage
    id: OrganisationId
    others: int = 1
    ground: bytes = b"1"
    afterwards: int = 0
    breaks: bool = False
    shut_out: set[str] = field(default_factory=set)
    approvals: Approvals = field(init=False)

    def __post_init__(self) -> None:
        self.approvals = Approvals(
            storage=self.storage,
            settings=OrganisationSettings(storage=self.storage),
            performers={Kind.SETTINGS: self._perform},
            count_deciders=self._count,
            may_act=self._may_act,
        )

    async def propose(
        self, actor: str = ANNA, *, kind: Kind = Kind.SETTINGS, reason: str = "It is needed."
    ) -> Request:
        outcome = await self.approvals.propose(
            self.id, self.proposal(kind, reason=reason), actor=actor
        )
        assert isinstance(outcome, Request), outcome
        return outcome

    def proposal(self, kind: Kind = Kind.SETTINGS, *, reason: str = "It is needed.") -> Proposal:
        return Proposal(kind=kind, subject="all", payload=self.ground, reason=reason)

    async def take(self, actor: str, kind: Kind = Kind.LEDGER_EXPORT) -> Request | None:
        async with self.storage.begin(self.id) as transaction:
            return await self.approvals.take(transaction, self.id, kind, "all", actor=actor)

    async def now(self, id: ApprovalId) -> Request:
        return await self.approvals.find(self.id, id)

    async def ledger(self, id: ApprovalId) -> Sequence[Entry]:
        async with self.storage.reading(self.id) as transaction:
            return await AuditStore(transaction, self.id).about(f"approval:{id}")

    async def performed(self) -> int:
        """Count how often something was really done: what is not durable does not count."""
        async with self.storage.reading(self.id) as transaction:
            return len(await AuditStore(transaction, self.id).about("performed"))

    async def _perform(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        request: Request,
        approver: str,
    ) -> Done | CannotBeDone:
        if request.payload != self.ground:
            return CannotBeDone("stale")
        entry = Entry(action=Action.SETTINGS_CHANGED, actor=approver, target="performed")
        await AuditStore(transaction, organisation_id).add(entry)
        if self.breaks:
            raise RuntimeError("It breaks in the middle.")
        return Done(self._after)

    async def _after(self) -> None:
        self.afterwards += 1

    async def _may_act(
        self, transaction: Transaction, organisation_id: OrganisationId, request: Request
    ) -> bool:
        return request.author not in self.shut_out

    async def _count(
        self, transaction: Transaction, organisation_id: OrganisationId, besides: str
    ) -> int:
        return self.others


@pytest.fixture
async def chamber(house: Storage) -> Chamber:
    return Chamber(house, (await found(house)).id)
