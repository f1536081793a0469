"""What every banking core must do for us. Run it against yours: it knows none of ours.

    from tests.contracts.cores import CoreContract, Stage

    class TestMyCore(CoreContract):
        @pytest.fixture
        async def stage(self) -> Stage:
            return MyStage(...)

A stage is a core with somebody in it, and somebody behind the scenes who can look into it past
your class, and make it fall over. What a core does not claim is tried the other way round, and
nothing is skipped: which bad days there are for it, `troubles` says at the head of the class.
`docs/how-to/connect-a-core-of-your-own.md` shows one from its beginning to its end.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import ClassVar, TypeVar

import pytest

from tests.contracts.core_claims import CoreClaims
from tests.contracts.core_lists import ListingContract
from tests.contracts.core_stages import (
    HASTY,
    Known,
    Stage,
    Trouble,
    all_of,
    before,
    finder,
    is_in,
    one,
    pin_of,
)
from watchword.features.cores.ports import ListsMembers
from watchword.features.cores.rules import Capability, CoreEvent, PinSet, PinUnknown, Unavailable
from watchword.features.cores.service import settled
from watchword.foundation.secret import Secret

__all__ = ["HASTY", "CoreContract", "Known", "Stage", "Trouble"]

GIVES_UP_WITHIN = 15.0  # seconds, on a machine that does something else, too
BAD_DAYS: dict[str, frozenset[Trouble]] = {}
"""By the names of tests, the days that they are about."""

Test = TypeVar("Test", bound=Callable[..., object])


def bad_days(*troubles: Trouble) -> Callable[[Test], Test]:
    def noted(test: Test) -> Test:
        BAD_DAYS[test.__name__] = frozenset(troubles)
        return test

    return noted


class CoreContract(CoreClaims, ListingContract):
    troubles: ClassVar[frozenset[Trouble]] = frozenset(Trouble)
    """What can come between us and this core; fewer, if it rests in our own process or file."""

    def __init_subclass__(cls) -> None:
        """Let go of what is about days that there are none of."""
        super().__init_subclass__()
        for name, days in BAD_DAYS.items():
            if not days & cls.troubles:
                setattr(cls, name, None)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        days = BAD_DAYS.get(metafunc.definition.originalname, frozenset())
        if days:
            metafunc.parametrize("trouble", sorted(days & self.troubles))

    @pytest.fixture
    async def stage(self) -> Stage:
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    async def _nothing_slips(
        self, stage: Stage, caplog: pytest.LogCaptureFixture
    ) -> AsyncIterator[None]:
        """Listen to all that any library says, at its most talkative, and look for what must not
        be heard: in every test, whatever it is about."""
        caplog.set_level(logging.DEBUG)
        for name in list(logging.root.manager.loggerDict):
            caplog.set_level(logging.DEBUG, logger=name)
        yield
        await stage.core.close()
        shown = map(repr, (stage.core, *stage.shown()))
        heard = [*caplog.get_records("call"), *caplog.records]
        for text in [*map(all_of, heard), *shown]:
            for secret in stage.secrets():
                assert not is_in(secret, text), "something of a member, or a key, was to be seen"

    @bad_days(Trouble.DOWN, Trouble.MAINTENANCE)
    async def test_a_core_that_cannot_be_asked_says_so_and_nothing_is_written(
        self, stage: Stage, trouble: Trouble
    ) -> None:
        core, ref = stage.core, (await one(stage, stage.sole)).ref
        expected, (by, value) = await before(stage, ref), finder(stage, stage.sole)
        await stage.cause(trouble)

        gone = Unavailable(during_maintenance=trouble is Trouble.MAINTENANCE)
        assert await core.find(by, Secret(value)) == gone
        if isinstance(core, ListsMembers):
            assert await core.members(None, 1) == gone
        assert await core.pin_state(ref) == gone
        judged, unlocked = await core.verify_pin(ref, pin_of(stage.sole)), await core.unlock(ref)
        assert judged == (gone if core.traits.can(Capability.VERIFY_PIN) else Unavailable())
        assert unlocked == (gone if core.traits.can(Capability.UNLOCK) else False)
        assert await core.set_pin(ref, Secret(stage.new_pins[0]), expected) == gone
        assert await core.has_pin(ref, Secret(stage.new_pins[0])) is None
        assert not await core.is_well()
        await core.note(ref, CoreEvent.PIN_CHANGED)
        assert await stage.has(ref, str(stage.sole.pin))

    @bad_days(*Trouble)
    async def test_after_a_bad_day_it_works_as_before(self, stage: Stage, trouble: Trouble) -> None:
        ref = (await one(stage, stage.sole)).ref
        await stage.cause(trouble)
        if trouble is not Trouble.SLOW:
            await stage.core.is_well()

        await stage.heal()

        assert await stage.core.is_well()
        ended = await stage.core.set_pin(ref, Secret(stage.new_pins[0]), await before(stage, ref))
        assert ended == PinSet()

    @bad_days(Trouble.SLOW)
    async def test_a_slow_core_is_given_up_in_time(self, stage: Stage, trouble: Trouble) -> None:
        ref = (await one(stage, stage.sole)).ref
        expected, (by, value) = await before(stage, ref), finder(stage, stage.sole)
        await stage.cause(trouble)
        core = await stage.hasty()

        async with asyncio.timeout(GIVES_UP_WITHIN):
            found, state, ended = await asyncio.gather(
                core.find(by, Secret(value)),
                core.pin_state(ref),
                core.set_pin(ref, Secret(stage.new_pins[0]), expected),
            )

        assert isinstance(found, Unavailable)
        assert isinstance(state, Unavailable)
        assert isinstance(ended, PinUnknown | Unavailable)
        if await stage.has(ref, stage.new_pins[0]):
            assert ended == PinUnknown()
        await core.close()

    @bad_days(Trouble.ANSWER_LOST)
    async def test_an_answer_that_is_lost_leaves_doubt_and_nothing_is_written_twice(
        self, stage: Stage, trouble: Trouble
    ) -> None:
        core, ref = stage.core, (await one(stage, stage.sole)).ref
        expected, pin = await before(stage, ref), Secret(stage.new_pins[0])
        await stage.cause(trouble)

        ended = await core.set_pin(ref, pin, expected)

        assert ended == PinUnknown()
        assert await stage.has(ref, stage.new_pins[0])
        assert await stage.writes() == 1
        await stage.heal()
        there = await core.has_pin(ref, pin)
        assert there in {True, None}
        assert await settled(core, ref, pin, ended) == (PinSet() if there else PinUnknown())
        assert await stage.writes() == 1

    @bad_days(Trouble.LOST_ON_THE_WAY)
    async def test_what_is_lost_on_its_way_is_in_doubt_and_stays_so(
        self, stage: Stage, trouble: Trouble
    ) -> None:
        core, ref = stage.core, (await one(stage, stage.sole)).ref
        expected, pin = await before(stage, ref), Secret(stage.new_pins[0])
        await stage.cause(trouble)

        ended = await core.set_pin(ref, pin, expected)

        assert isinstance(ended, PinUnknown | Unavailable)
        assert await stage.writes() <= 1
        await stage.heal()
        assert not await core.has_pin(ref, pin)
        assert await settled(core, ref, pin, ended) == ended
        assert await stage.writes() <= 1
        assert await stage.has(ref, str(stage.sole.pin))
