"""The worker that seals and copies: what fails is found again, and nobody waits behind it."""

from dataclasses import dataclass, field
from datetime import timedelta

from structlog.testing import capture_logs

from tests.features.ledger.keepers import SecondPlace, new_sealing, notes, sealed, write
from tests.stores import BANK, SHOP, MovableTime
from watchword.features.ledger.rules import SIGN_WITHIN
from watchword.features.ledger.sealing.service import AT_ONCE, Sealing
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, StorageUnavailable
from watchword.workers.ledger import COPY_AGAIN_AFTER, LedgerKeeper


@dataclass
class Clock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Turns:
    taken: int = 0

    def __call__(self) -> None:
        self.taken += 1


@dataclass
class HalfBroken:
    """Seals for all but one organisation."""

    sealing: Sealing
    broken: OrganisationId
    asked: list[OrganisationId] = field(default_factory=list)

    async def waiting(self) -> list[OrganisationId]:
        return sorted(await self.sealing.waiting(), key=str)

    async def uncopied(self) -> list[OrganisationId]:
        return []

    async def seal(self, whose: OrganisationId) -> int:
        if whose == self.broken:
            raise StorageUnavailable("gone")
        return await self.sealing.seal(whose)


async def test_what_waits_is_sealed_signed_and_copied(house: Storage, time: MovableTime) -> None:
    copies, turns = SecondPlace(), Turns()
    keeper = LedgerKeeper(sealing=new_sealing(house, copies=copies), turns=turns)
    await write(house, AT_ONCE + 3)

    await keeper.turn()
    time.pass_by(SIGN_WITHIN)
    await keeper.turn()

    assert len(await sealed(house)) == AT_ONCE + 3
    assert copies.notes == [note.text for note in await notes(house)]
    assert len(copies.notes) == 1
    assert turns.taken == 2


async def test_one_ledger_that_cannot_be_sealed_does_not_keep_the_others(house: Storage) -> None:
    broken = HalfBroken(new_sealing(house), BANK)
    await write(house, 1, BANK)
    await write(house, 1, SHOP)

    with capture_logs() as logs:
        await LedgerKeeper(sealing=broken).turn()  # type: ignore[arg-type]

    assert len(await sealed(house, SHOP)) == 1
    assert [log["event"] for log in logs] == ["ledger.not_sealed"]
    assert logs[0]["organisation_id"] == str(BANK)


async def test_a_second_place_that_fails_is_left_alone_for_a_while_and_then_asked_again(
    house: Storage, time: MovableTime
) -> None:
    copies, clock = SecondPlace(is_full=True), Clock()
    keeper = LedgerKeeper(sealing=new_sealing(house, copies=copies), seconds=clock)
    await write(house, 1)
    await keeper.turn()
    time.pass_by(SIGN_WITHIN + timedelta(seconds=1))

    with capture_logs() as logs:
        await keeper.turn()
        await keeper.turn()
    copies.is_full = False
    await keeper.turn()
    too_early = [*copies.notes]
    clock.seconds += COPY_AGAIN_AFTER
    await keeper.turn()

    assert [log["event"] for log in logs] == ["ledger.not_copied"]
    assert logs[0]["reason"] == "It is full."
    assert too_early == []
    assert len(copies.notes) == 1


async def test_it_goes_home_when_it_is_told_to(house: Storage) -> None:
    keeper = LedgerKeeper(sealing=new_sealing(house), look_every=3600)
    keeper.stop()

    await keeper.run()


async def test_a_database_that_does_not_answer_is_logged_and_asked_again(house: Storage) -> None:
    class Gone:
        async def waiting(self) -> list[OrganisationId]:
            raise StorageUnavailable("gone")

    with capture_logs() as logs:
        await LedgerKeeper(sealing=Gone()).turn()  # type: ignore[arg-type]

    assert [(log["event"], log["fault"]) for log in logs] == [
        ("ledger.failed", "StorageUnavailable")
    ]
