"""Members as staff help them: who is locked comes back, for the reason that somebody gave."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from tests.features.activation.dialogue.calls import DEMO, MEMBER, NUMBER, StandInLine
from tests.features.calls.granting import CountingCore, OneCore
from tests.features.calls.lines import OneLine
from tests.features.pins.kept.conftest import LOCKING, PIN, WRONG, Vault, capped, vault
from tests.stores import new_organisations
from watchword.features.activation.decision import Outcome
from watchword.features.activation.dialogue.ports import Decided
from watchword.features.activation.dialogue.steps import Known
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.calls.locks.rules import Sought
from watchword.features.calls.locks.service import Locks
from watchword.features.calls.member_pins.service import KeptMemberPins
from watchword.features.calls.members.rules import CoreAway, Hindered, Looked, seen
from watchword.features.calls.members.service import Members
from watchword.features.cores.rules import (
    OWN,
    Capability,
    CoreName,
    CoreTraits,
    FindBy,
    MemberRef,
    PinMode,
    PinState,
)
from watchword.features.staff.rules import Reasonless
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage

__all__ = ["capped", "vault"]

REASON = "seen in person, with passport"
UNLOCKS = CoreTraits(PinMode.HASHED, frozenset({Capability.UNLOCK}), frozenset())


@dataclass
class Counter:
    """Somebody of the staff, and a member who is locked here and in their core."""

    vault: Vault
    name: CoreName = DEMO
    core: CountingCore = field(
        default_factory=lambda: CountingCore(is_locked=True, traits=UNLOCKS, members=[MEMBER])
    )

    def __post_init__(self) -> None:
        self.locks = Locks(storage=self.vault.storage, organisations=new_organisations(self.house))

    @property
    def house(self) -> Storage:
        return self.vault.storage

    async def unlock(self, reason: str = REASON) -> object:
        lines, pins = OneLine(), self.vault.pins()
        lines.line = StandInLine(core=self.name)
        organisations = new_organisations(self.house)
        member_pins = KeptMemberPins(storage=self.house, organisations=organisations, pins=pins)
        desk = Members(
            storage=self.house,
            lines=lines,
            cores=OneCore(self.core),
            member_pins=member_pins,
            pins=pins,
            locks=self.locks,
        )
        return await desk.unlock(self.vault.caller, Secret(NUMBER), reason)

    async def fail(self) -> None:
        async with self.house.begin(self.vault.caller.organisation.id) as transaction:
            for _ in range(10):
                await self.locks.charge(transaction, self.vault.caller, self.sought, LOCKING)

    async def is_locked(self) -> bool:
        async with self.house.reading(self.vault.caller.organisation.id) as transaction:
            return (
                await self.locks.of(transaction, self.vault.caller, self.sought, LOCKING)
            ).is_locked

    @property
    def sought(self) -> Sought:
        refs = [each.ref for each in self.core.members]
        return Sought(FindBy.MEMBER_NUMBER, Secret(NUMBER), self.name, refs)


@pytest.fixture
async def counter(vault: Vault) -> Counter:
    made = Counter(vault)
    await made.fail()
    return made


async def test_staff_unlock_in_the_core_too(counter: Counter) -> None:
    looked = await counter.unlock()

    assert counter.core.unlocked == [MEMBER.ref]
    assert not await counter.is_locked()
    assert isinstance(looked, Looked)
    assert not looked.is_any_locked


@pytest.mark.parametrize(
    ("here", "in_core", "by_code", "is_set", "comes_to"),
    [
        (False, False, False, True, Outcome.NORMAL),
        (True, False, False, True, Hindered.LOCKED),
        (False, True, False, True, Hindered.LOCKED),
        (True, False, True, True, Hindered.CODE_FIRST),
        (True, True, True, True, Hindered.LOCKED),
        (False, False, False, False, Hindered.NO_PIN),
    ],
)
def test_what_a_call_comes_to_is_said_as_it_is(
    *, here: bool, in_core: bool, by_code: bool, is_set: bool, comes_to: Outcome | Hindered
) -> None:
    state = PinState(PinMode.HASHED, is_set=is_set, is_locked=in_core)
    member = seen(MEMBER, Known(state), Decided(Outcome.NORMAL))
    looked = Looked([member], here, asks_when_staff_want=True, unlocks_by_code=by_code)

    assert looked.comes_to(member) is comes_to


async def test_where_the_core_does_not_answer_nobody_is_unlocked(counter: Counter) -> None:
    counter.core.is_away = True

    assert await counter.unlock() == CoreAway()
    assert await counter.is_locked()


async def test_whoever_only_the_core_can_unlock_is_seen_as_locked(counter: Counter) -> None:
    counter.core.traits = replace(UNLOCKS, capabilities=frozenset())

    looked = await counter.unlock()

    assert counter.core.unlocked == []
    assert isinstance(looked, Looked)
    assert looked.is_any_locked


async def test_without_a_reason_nothing_is_done(counter: Counter) -> None:
    assert isinstance(await counter.unlock(" "), Reasonless)
    assert counter.core.unlocked == []
    assert await counter.is_locked()


async def test_a_pin_of_ours_is_unlocked_by_whoever_does_it_and_for_their_reason(
    vault: Vault,
) -> None:
    person = Secret(str(vault.customer))
    theirs = replace(MEMBER, ref=MemberRef(person, person))
    core = CountingCore(is_locked=True, traits=UNLOCKS, members=[theirs])
    await vault.set(PIN)
    for _ in range(LOCKING.after):
        await vault.verify(WRONG)

    await Counter(vault, OWN, core).unlock()

    [unlocked] = [each for each in await audited(vault) if each.action is Action.PIN_UNLOCKED]
    assert (unlocked.actor, unlocked.details) == (vault.caller.actor, {"reason": REASON})


async def audited(vault: Vault) -> Sequence[Entry]:
    whose = vault.caller.organisation.id
    async with vault.storage.reading(whose) as transaction:
        return await AuditStore(transaction, whose).about(f"pin:{vault.subject}")
